import type { Migration } from '../../database/index.js'

export const deliverySending: Migration = {
  number: 2,
  name: 'delivery-sending',
  sql: `
ALTER TABLE linehaul.delivery
  -- how often it was tried
  ADD attempts int NOT NULL DEFAULT 0,
  -- who says how the attempt ended; and of which job it is which attempt: while that one runs, what is being sent is not in doubt
  ADD claim uuid,
  ADD job_id uuid,
  ADD job_attempt int,
  -- the same over all attempts, so that a mail that came twice can be told
  ADD message_id text,
  ADD error text,
  -- what the other side said
  ADD answer jsonb,
  ADD sent_at timestamptz,
  DROP CONSTRAINT delivery_state_check,
  ADD CONSTRAINT delivery_state_check CHECK (state IN ('pending', 'kept', 'sending', 'sent', 'failed', 'in-doubt')),
  ADD CHECK (state <> 'sending' OR (claim IS NOT NULL AND job_id IS NOT NULL AND job_attempt IS NOT NULL)),
  ADD CHECK (state <> 'sent' OR sent_at IS NOT NULL);
CREATE INDEX delivery_by_tenant ON linehaul.delivery (tenant_id, channel, id);
CREATE INDEX delivery_unsettled ON linehaul.delivery (tenant_id, channel, state, id) WHERE state IN ('kept', 'sending', 'in-doubt');
`,
}
