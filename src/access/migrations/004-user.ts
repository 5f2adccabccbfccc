import type { Migration } from '../../database/index.js'

export const user: Migration = {
  number: 4,
  name: 'user',
  sql: `
-- A person's account, of the whole instance. "user" is a word of SQL's own.
CREATE TABLE linehaul.user_account (
  id uuid PRIMARY KEY,
  -- lower-cased by the program: databases differ in what they take for the lower case of a letter
  email text NOT NULL CONSTRAINT user_account_email UNIQUE,
  name text NOT NULL,
  password_hash text NOT NULL,
  -- until when a one-time password can be used; null once the person has chosen one
  one_time_until timestamptz,
  is_owner boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE linehaul.membership (
  tenant_id text NOT NULL REFERENCES linehaul.tenant (id),
  user_id uuid NOT NULL REFERENCES linehaul.user_account (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'manager', 'admin')),
  business_unit_id uuid,
  PRIMARY KEY (tenant_id, user_id),
  CONSTRAINT membership_unit FOREIGN KEY (tenant_id, business_unit_id)
    REFERENCES linehaul.business_unit (tenant_id, id)
);
CREATE INDEX membership_by_user ON linehaul.membership (user_id);
CREATE INDEX membership_by_unit ON linehaul.membership (business_unit_id) WHERE business_unit_id IS NOT NULL;
`,
}
