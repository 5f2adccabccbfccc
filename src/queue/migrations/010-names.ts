import type { Migration } from '../../database/index.js'

/** What each worker can run. */
export const names: Migration = {
  number: 10,
  name: 'names',
  sql: `
ALTER TABLE linehaul.worker
  -- The names of the definitions it knows; NULL: a version that does not say, which may know any.
  ADD COLUMN names text[];
`,
}
