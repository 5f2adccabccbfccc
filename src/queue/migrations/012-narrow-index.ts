import type { Migration } from '../../database/index.js'

/**
 * A job changes its place in the table twice, as it is claimed and as it ends, and each place is entered in every index that
 * applies. Those that run are few: a tenant's are found among them, and a claim has one entry less to make (2 us a job).
 */
export const narrowIndex: Migration = {
  number: 12,
  name: 'narrow-index',
  sql: `
DROP INDEX linehaul.job_by_tenant;
CREATE INDEX job_by_tenant ON linehaul.job (tenant_id, id) WHERE state <> 'running';
`,
}
