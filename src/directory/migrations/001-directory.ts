import type { Migration } from '../../database/index.js'

/**
 * The tenant leads every primary key, so that a foreign key names it too
 * and the database itself refuses a row that points into another tenant.
 */
const named = (table: string, columns = ''): string => `
CREATE TABLE linehaul.${table} (
  tenant_id text NOT NULL REFERENCES linehaul.tenant (id),
  id uuid NOT NULL,
  name text NOT NULL CHECK (name <> ''),${columns}
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX ${table}_name ON linehaul.${table} (tenant_id, lower(name));
`

export const directory: Migration = {
  number: 1,
  name: 'directory',
  sql: [
    named('customer'),
    named('location'),
    named('driver'),
    named('equipment', `\n  type text NOT NULL CHECK (type <> ''),`),
  ].join(''),
}
