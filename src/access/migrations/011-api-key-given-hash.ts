import type { Migration } from '../../database/index.js'

export const apiKeyGivenHash: Migration = {
  number: 11,
  name: 'api-key-given-hash',
  sql: `
ALTER TABLE linehaul.api_key
  -- of the secret that it was made with, or that the environment gave it last: the same value there never undoes a rotation
  ADD COLUMN given_hash text;
UPDATE linehaul.api_key SET given_hash = hash;
ALTER TABLE linehaul.api_key ALTER COLUMN given_hash SET NOT NULL;
`,
}
