import type { Migration } from '../../database/index.js'

export const mailByCreated: Migration = {
  number: 4,
  name: 'mail-by-created',
  sql: `
-- For the newest mails of all tenants: delivery_by_created would lead through every delivery to a webhook among them.
CREATE INDEX delivery_mail_by_created ON linehaul.delivery (created_at) WHERE channel = 'email';
`,
}
