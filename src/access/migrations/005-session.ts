import type { Migration } from '../../database/index.js'

export const session: Migration = {
  number: 5,
  name: 'session',
  sql: `
CREATE TABLE linehaul.session (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES linehaul.user_account (id) ON DELETE CASCADE,
  tenant_id text NOT NULL REFERENCES linehaul.tenant (id),
  -- of the half of the refresh token that stays: whoever knows it has had a token of this session
  family_hash text NOT NULL CONSTRAINT session_family UNIQUE,
  -- of the half that changes with every use, and of the one before
  token_hash text NOT NULL,
  previous_hash text,
  rotated_at timestamptz NOT NULL,
  user_agent text,
  address text,
  created_at timestamptz NOT NULL,
  used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX session_by_user ON linehaul.session (user_id);
CREATE INDEX session_by_expiry ON linehaul.session (expires_at);

-- Attempts to sign in that have not succeeded, by account and by address.
CREATE TABLE linehaul.sign_in_attempt (
  -- account:<e-mail>, address:<network address>
  subject text PRIMARY KEY,
  count integer NOT NULL,
  since timestamptz NOT NULL
);
CREATE INDEX sign_in_attempt_by_time ON linehaul.sign_in_attempt (since);

-- What access tokens are signed with where no JWT_SECRET is given: one for all processes on this database.
CREATE TABLE linehaul.signing_secret (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  secret text NOT NULL
);
`,
}
