import type { Migration } from '../../database/index.js'

export const webhookLastFailure: Migration = {
  number: 6,
  name: 'webhook-last-failure',
  sql: `
-- when something last failed to arrive: failures with a long silence between them are not one outage
ALTER TABLE linehaul.webhook ADD last_failure_at timestamptz;
`,
}
