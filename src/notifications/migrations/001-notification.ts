import type { Migration } from '../../database/index.js'

export const notification: Migration = {
  number: 1,
  name: 'notification',
  sql: `
-- What people are told, once for all whom it is for.
CREATE TABLE linehaul.notification (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  -- what it is told because of: told again, it is the same
  cause text NOT NULL,
  event_type text NOT NULL,
  priority text NOT NULL CHECK (priority IN ('critical', 'high', 'medium', 'low')),
  target jsonb NOT NULL,
  title text NOT NULL CHECK (length(title) <= 255),
  message text NOT NULL,
  data jsonb,
  related_entities jsonb NOT NULL,
  actions jsonb NOT NULL,
  tags text[] NOT NULL,
  source text NOT NULL,
  job_id text,
  correlation_id text,
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- how many it was for, counted once it has been told to all of them; null until then
  recipients int,
  -- why it could not be told to anybody
  problem text,
  -- since when nobody has to do anything about it, from when on its time runs out; null for a critical one that somebody
  -- has yet to acknowledge
  settled_at timestamptz,
  CHECK (priority = 'critical' OR settled_at IS NOT NULL),
  UNIQUE (tenant_id, cause)
);
CREATE INDEX notification_by_settled ON linehaul.notification (settled_at);
CREATE INDEX notification_unreached ON linehaul.notification (tenant_id, id) WHERE problem IS NOT NULL;

-- That one person was told on their screens, and what they have done about it.
CREATE TABLE linehaul.inbox_item (
  notification_id uuid NOT NULL REFERENCES linehaul.notification (id) ON DELETE CASCADE,
  tenant_id text NOT NULL,
  user_id uuid NOT NULL REFERENCES linehaul.user_account (id) ON DELETE CASCADE,
  -- when one of their screens said that it is there
  delivered_at timestamptz,
  read_at timestamptz,
  dismissed_at timestamptz,
  acknowledged_at timestamptz,
  PRIMARY KEY (tenant_id, user_id, notification_id)
);
CREATE INDEX inbox_item_by_notification ON linehaul.inbox_item (notification_id);
CREATE INDEX inbox_item_by_user ON linehaul.inbox_item (user_id);
CREATE INDEX inbox_item_unread ON linehaul.inbox_item (tenant_id, user_id, notification_id)
  WHERE read_at IS NULL AND dismissed_at IS NULL;

CREATE TABLE linehaul.notification_preference (
  tenant_id text NOT NULL,
  user_id uuid NOT NULL REFERENCES linehaul.user_account (id) ON DELETE CASCADE,
  value jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX notification_preference_by_user ON linehaul.notification_preference (user_id);

-- The intent to send something to one recipient on one channel. It outlives the job that does so, and says whether it was done.
CREATE TABLE linehaul.delivery (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  cause text NOT NULL,
  channel text NOT NULL CHECK (channel IN ('email', 'webhook')),
  -- user:<id>, an e-mail address, webhook:<id>
  recipient text NOT NULL,
  notification_id uuid REFERENCES linehaul.notification (id) ON DELETE SET NULL,
  -- what is sent, where that is not the notification
  content jsonb,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'in-doubt')),
  -- not sent before then
  due_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, cause, recipient, channel)
);
CREATE INDEX delivery_by_notification ON linehaul.delivery (notification_id) WHERE notification_id IS NOT NULL;
CREATE INDEX delivery_by_created ON linehaul.delivery (created_at);

-- What waits for a person's next digest, or went out with one.
CREATE TABLE linehaul.digest_item (
  notification_id uuid NOT NULL REFERENCES linehaul.notification (id) ON DELETE CASCADE,
  tenant_id text NOT NULL,
  user_id uuid NOT NULL REFERENCES linehaul.user_account (id) ON DELETE CASCADE,
  -- the mail in which it went out
  delivery_id uuid,
  PRIMARY KEY (tenant_id, user_id, notification_id)
);
CREATE INDEX digest_item_by_notification ON linehaul.digest_item (notification_id);
CREATE INDEX digest_item_by_user ON linehaul.digest_item (user_id);
CREATE INDEX digest_item_waiting ON linehaul.digest_item (tenant_id, user_id) WHERE delivery_id IS NULL;
`,
}
