import type { Migration } from '../../database/index.js'

export const keptAnswer: Migration = {
  number: 9,
  name: 'kept-answer',
  sql: `
-- What a caller was told under an Idempotency-Key, to be told again. Without status: the request is under way.
CREATE TABLE linehaul.kept_answer (
  tenant_id text NOT NULL,
  actor text NOT NULL,
  key text NOT NULL,
  -- of the request: method, address and body
  fingerprint text NOT NULL,
  status smallint,
  location text,
  body text,
  kept_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, actor, key)
);
CREATE INDEX kept_answer_by_time ON linehaul.kept_answer (kept_at);
`,
}
