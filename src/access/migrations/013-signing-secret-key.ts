import type { Migration } from '../../database/index.js'

export const signingSecretKey: Migration = {
  number: 13,
  name: 'signing-secret-key',
  sql: `
ALTER TABLE linehaul.signing_secret
  -- the key that it lies under; null: it is there as it is, for there was none
  ADD COLUMN key_id text;
`,
}
