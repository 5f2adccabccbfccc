import type { Migration } from '../../database/index.js'

export const auditEntry: Migration = {
  number: 8,
  name: 'audit-entry',
  sql: `
CREATE TABLE linehaul.audit_entry (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  -- kind:id
  actor text NOT NULL,
  -- object.verb
  action text NOT NULL,
  -- kind:id
  object text NOT NULL,
  before jsonb,
  after jsonb,
  request_id text,
  address text
);
-- Ids are of UUID version 7: their order is that of time.
CREATE INDEX audit_entry_by_tenant ON linehaul.audit_entry (tenant_id, id DESC);
CREATE INDEX audit_entry_by_actor ON linehaul.audit_entry (tenant_id, actor, id DESC);
CREATE INDEX audit_entry_by_object ON linehaul.audit_entry (tenant_id, object, id DESC);
CREATE INDEX audit_entry_by_time ON linehaul.audit_entry (at);

-- What was written stays as it is; what is older than a month may be forgotten, by whoever says how long it is kept.
CREATE FUNCTION linehaul.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '30 days' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'the audit trail is only ever added to';
END $$;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON linehaul.audit_entry
  FOR EACH ROW EXECUTE FUNCTION linehaul.refuse_audit_change();
CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON linehaul.audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION linehaul.refuse_audit_change();
`,
}
