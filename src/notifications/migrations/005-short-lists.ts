import type { Migration } from '../../database/index.js'

export const shortLists: Migration = {
  number: 5,
  name: 'short-lists',
  sql: `
-- Whoever lists or counts reads what is listed, and not all that was ever sent: in each state the newest first.
CREATE INDEX delivery_by_state ON linehaul.delivery (tenant_id, channel, state, id);
CREATE INDEX delivery_by_recipient ON linehaul.delivery (tenant_id, recipient, state, id);
DROP INDEX linehaul.delivery_by_tenant;

-- Each address that a mail names, or that a mail server answered of, in small letters.
CREATE FUNCTION linehaul.mail_addresses(content jsonb, answer jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
  SELECT lower(address)
  FROM unnest(ARRAY[content -> 'to', content -> 'cc', content -> 'bcc', answer -> 'accepted', answer -> 'rejected']) AS addresses,
    jsonb_array_elements_text(CASE jsonb_typeof(addresses) WHEN 'array' THEN addresses END) AS address
);
CREATE INDEX delivery_by_address ON linehaul.delivery USING gin (linehaul.mail_addresses(content, answer)) WHERE channel = 'email';

-- As its notice says, so that those who wait to be acknowledged are counted without a look at all that was read.
ALTER TABLE linehaul.inbox_item ADD is_critical boolean NOT NULL DEFAULT false;
UPDATE linehaul.inbox_item AS item SET is_critical = true
FROM linehaul.notification AS notice WHERE notice.id = item.notification_id AND notice.priority = 'critical';
CREATE INDEX inbox_item_unacknowledged ON linehaul.inbox_item (tenant_id, user_id)
  WHERE is_critical AND acknowledged_at IS NULL AND dismissed_at IS NULL;
`,
}
