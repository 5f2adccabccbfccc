import type { Executor, Transaction } from '../../database/index.js'
import type { RuleStatus, StoredRule } from '../stored-rule.js'

const COLUMNS = `id::text AS "id", seq::text AS "seq", tenant_id AS "tenantId", name, value, category,
  effective_from AS "effectiveFrom", effective_until AS "effectiveUntil", status, author, created_at AS "createdAt",
  activated_at AS "activatedAt", activated_by AS "activatedBy", revoked_at AS "revokedAt", revoked_by AS "revokedBy"`

/** The same as `spanOf` in ../stored-rule.ts has it. */
const BEGINS = 'greatest(effective_from, activated_at)'
const ENDS = `coalesce(least(effective_until, revoked_at), 'infinity')`

/** A tenant's own rules, and those that are for all tenants. */
const VISIBLE = '(tenant_id = $1 OR tenant_id IS NULL)'

/** @param version that `beginRuleChange` has answered, as for every change */
export async function insertRule(
  tx: Transaction,
  rule: Omit<StoredRule, 'seq'>,
  version: string,
): Promise<StoredRule> {
  const { id, tenantId, name, value, category, effectiveFrom, effectiveUntil } = rule
  const { status, author, createdAt, activatedAt, activatedBy } = rule
  const window = [effectiveFrom, effectiveUntil]
  const [made] = await tx.query<StoredRule>(INSERT, [
    ...[id, tenantId, name, JSON.stringify(value), category, ...window],
    ...[status, author, createdAt, activatedAt, activatedBy, version],
  ])
  return made as StoredRule
}

const INSERT = /* sql */ `
-- insert rule: $1 id, $2 tenant or null, $3 name, $4 value, $5 category, $6 from, $7 until or null, $8 status, $9 author, $10 now,
-- $11 activated at or null, $12 by or null, $13 version
INSERT INTO linehaul.rule
  (id, tenant_id, name, value, category, effective_from, effective_until, status, author, created_at, activated_at, activated_by,
   version)
VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9, $10, $11, $12, $13::bigint)
RETURNING ${COLUMNS}`

/** One that the tenant sees. */
export async function selectRule(
  db: Executor,
  tenantId: string,
  id: string,
): Promise<StoredRule | undefined> {
  const [rule] = await db.query<StoredRule>(SELECT, [tenantId, id])
  return rule
}

const SELECT = /* sql */ `
-- select rule: $1 tenant, $2 id
SELECT ${COLUMNS}
FROM linehaul.rule
WHERE ${VISIBLE} AND id = $2::uuid`

/** Who changes a rule, when, and in which version. */
export interface RuleAct {
  readonly by: string
  readonly at: Date
  readonly version: string
}

export async function activateRule(
  tx: Transaction,
  { id }: Pick<StoredRule, 'id'>,
  { by, at, version }: RuleAct,
): Promise<StoredRule> {
  const [rule] = await tx.query<StoredRule>(ACTIVATE, [id, by, at, version])
  return rule as StoredRule
}

const ACTIVATE = /* sql */ `
-- activate rule: $1 id, $2 by, $3 at, $4 version
UPDATE linehaul.rule
SET status = 'active', activated_at = $3, activated_by = $2, version = $4::bigint
WHERE id = $1
RETURNING ${COLUMNS}`

export async function revokeRule(
  tx: Transaction,
  { id }: Pick<StoredRule, 'id'>,
  { by, at, version }: RuleAct,
): Promise<StoredRule> {
  const [rule] = await tx.query<StoredRule>(REVOKE, [id, by, at, version])
  return rule as StoredRule
}

const REVOKE = /* sql */ `
-- revoke rule: $1 id, $2 by, $3 at, $4 version
UPDATE linehaul.rule
SET status = 'revoked', revoked_at = $3, revoked_by = $2, version = $4::bigint
WHERE id = $1
RETURNING ${COLUMNS}`

export interface RulePage {
  /** Only these; default all. */
  readonly names?: readonly string[] | undefined
  readonly category?: string | undefined
  readonly status?: RuleStatus | undefined
  /** `'tenant'`: only the tenant's own; `'instance'`: only those for all tenants. */
  readonly scope?: 'tenant' | 'instance' | undefined
  /** Only those that hold, held or will hold at this instant. */
  readonly at?: Date | undefined
  readonly limit: number
  /** `seq` of the last one of the page before. */
  readonly after?: string | undefined
}

/** Those that the tenant sees, the newest first. */
export function selectRules(db: Executor, tenantId: string, page: RulePage): Promise<StoredRule[]> {
  const { names, category, status, scope, at, limit, after } = page
  return db.query<StoredRule>(SELECT_PAGE, [
    ...[tenantId, names ?? null, category ?? null, status ?? null],
    ...[scope ?? null, at ?? null, after ?? null, limit],
  ])
}

const SELECT_PAGE = /* sql */ `
-- select rules: $1 tenant, $2 names or null, $3 category or null, $4 status or null, $5 scope or null, $6 in force at or null,
-- $7 after seq or null, $8 limit
SELECT ${COLUMNS}
FROM linehaul.rule
WHERE ${VISIBLE}
  AND ($2::text[] IS NULL OR name = ANY($2::text[]))
  AND ($3::text IS NULL OR category = $3)
  AND ($4::text IS NULL OR status = $4)
  AND ($5::text IS NULL OR (tenant_id IS NULL) = ($5 = 'instance'))
  AND ($6::timestamptz IS NULL OR (activated_at IS NOT NULL AND ${BEGINS} <= $6 AND $6 < ${ENDS}))
  AND ($7::bigint IS NULL OR seq < $7::bigint)
ORDER BY seq DESC
LIMIT $8`

/** Those that the tenant sees and that hold at some time from `from` to `until`, both included; drafts only if asked for. */
export function selectRulesBetween(
  db: Executor,
  tenantId: string | null,
  names: readonly string[],
  { from, until, withDrafts }: { from: Date; until: Date; withDrafts: boolean },
): Promise<StoredRule[]> {
  return db.query<StoredRule>(SELECT_BETWEEN, [tenantId, names, from, until, withDrafts])
}

const SELECT_BETWEEN = /* sql */ `
-- select rules between: $1 tenant or null, $2 names, $3 from, $4 until, $5 drafts too
SELECT ${COLUMNS}
FROM linehaul.rule
WHERE ${VISIBLE}
  AND name = ANY($2::text[])
  AND $3 < ${ENDS}
  AND CASE WHEN status = 'draft' THEN $5 ELSE ${BEGINS} <= $4 END`

/** How many of the tenant's own, or of those for all tenants, are not over at `at`. */
export async function countRules(db: Executor, tenantId: string | null, at: Date): Promise<number> {
  const [row] = await db.query<{ count: number }>(COUNT, [tenantId, at])
  return row?.count ?? 0
}

const COUNT = /* sql */ `
-- count rules: $1 tenant or null, $2 now
SELECT count(*)::int AS count
FROM linehaul.rule
WHERE tenant_id IS NOT DISTINCT FROM $1 AND status <> 'revoked' AND $2 < ${ENDS}`

/** How many of those that the tenant sees had begun to hold by `at`, and how many had ended to, together. */
export async function countRuleChanges(
  db: Executor,
  tenantId: string,
  names: readonly string[],
  at: Date,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(COUNT_CHANGES, [tenantId, names, at])
  return row?.count ?? 0
}

const COUNT_CHANGES = /* sql */ `
-- count rule changes: $1 tenant, $2 names, $3 at
SELECT (count(*) FILTER (WHERE ${BEGINS} <= $3) + count(*) FILTER (WHERE ${ENDS} <= $3))::int AS count
FROM linehaul.rule
WHERE ${VISIBLE} AND name = ANY($2::text[]) AND activated_at IS NOT NULL AND ${BEGINS} < ${ENDS}`
