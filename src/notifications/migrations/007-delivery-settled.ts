import type { Migration } from '../../database/index.js'

export const deliverySettled: Migration = {
  number: 7,
  name: 'delivery-settled',
  sql: `
-- From when on its time runs out. Null for a mail of which a person has to say what became of it: forgotten, it could be
-- sent twice; and for one that is kept for want of a mail server, which has a time of its own.
ALTER TABLE linehaul.delivery
  ADD settled_at timestamptz GENERATED ALWAYS AS (
    CASE WHEN channel = 'webhook' OR state IN ('pending', 'sent', 'failed') THEN changed_at END
  ) STORED,
  ADD kept_at timestamptz GENERATED ALWAYS AS (CASE WHEN state = 'kept' THEN changed_at END) STORED;
CREATE INDEX delivery_by_settled ON linehaul.delivery (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX delivery_by_kept ON linehaul.delivery (kept_at) WHERE kept_at IS NOT NULL;
DROP INDEX linehaul.delivery_by_created;
`,
}
