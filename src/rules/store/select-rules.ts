import type { Executor } from '../../database/index.js'
import type { RuleStatus, StoredRule } from '../stored-rule.js'
import { BEGINS, COLUMNS, ENDS, VISIBLE } from './columns.js'

/** A tenant's own, or for no tenant those for all. `IS NOT DISTINCT FROM` would say the same, and knows no index. */
const OF_ONE = '(tenant_id = $1 OR ($1::text IS NULL AND tenant_id IS NULL))'

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
ORDER BY rule.seq DESC
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
WHERE ${OF_ONE} AND status <> 'revoked' AND $2 < ${ENDS}`

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

/** Of one tenant (`null`: for all), those of one name that hold at `at`. */
export function selectOpenRules(
  db: Executor,
  { tenantId, name, at }: { tenantId: string | null; name: string; at: Date },
): Promise<StoredRule[]> {
  return db.query<StoredRule>(SELECT_OPEN, [tenantId, name, at])
}

const SELECT_OPEN = /* sql */ `
-- select open rules: $1 tenant or null, $2 name, $3 at
SELECT ${COLUMNS}
FROM linehaul.rule
WHERE ${OF_ONE} AND name = $2 AND status = 'active' AND ${BEGINS} <= $3 AND $3 < ${ENDS}`

/** Of those of all tenants that are no drafts and not over at `at`, what they set; the newest first, `most` at most. */
export function selectLastingRules(
  db: Executor,
  at: Date,
  most: number,
): Promise<Pick<StoredRule, 'name' | 'value' | 'tenantId'>[]> {
  return db.query(SELECT_LASTING, [at, most])
}

const SELECT_LASTING = /* sql */ `
-- select lasting rules: $1 now, $2 limit
SELECT name, value, tenant_id AS "tenantId"
FROM linehaul.rule
WHERE status = 'active' AND $1 < ${ENDS}
ORDER BY rule.seq DESC
LIMIT $2`
