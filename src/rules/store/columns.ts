/** As `StoredRule` has them. */
export const COLUMNS = `id::text AS "id", seq::text AS "seq", tenant_id AS "tenantId", name, value, category,
  effective_from AS "effectiveFrom", effective_until AS "effectiveUntil", status, author, created_at AS "createdAt",
  activated_at AS "activatedAt", activated_by AS "activatedBy", revoked_at AS "revokedAt", revoked_by AS "revokedBy"`

/** What `spanOf` of ../stored-rule.ts has, for the database. */
export const BEGINS = 'greatest(effective_from, activated_at)'
export const ENDS = `coalesce(least(effective_until, revoked_at), 'infinity')`

/** A tenant's own rules, and those that are for all tenants. */
export const VISIBLE = '(tenant_id = $1 OR tenant_id IS NULL)'
