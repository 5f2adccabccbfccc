import type { Migration } from '../../database/index.js'

/** A job that was done at its first attempt has no list of attempts: that one is in its own columns. */
export const attempts: Migration = {
  number: 11,
  name: 'attempts',
  sql: `
ALTER TABLE linehaul.job_archive ALTER COLUMN attempts DROP NOT NULL;
`,
}
