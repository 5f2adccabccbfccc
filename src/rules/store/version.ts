import type { Executor, Transaction } from '../../database/index.js'
import type { StoredRule } from '../stored-rule.js'

/** What every process listens on that has rules in memory. */
export const RULES_CHANNEL = 'linehaul_rules'

/** One transaction's turn at changing rules. */
export interface RuleTurn {
  /** When all that is changed in it is changed: never before what was changed in an earlier one. */
  readonly at: Date
  /** To be written with each rule. */
  readonly version: string
}

// Whole milliseconds, as a `Date` has them: else what is changed would be later than what is read of it.
const NOW = `date_trunc('milliseconds', coalesce($1::timestamptz, clock_timestamp()))`

/**
 * Lets nobody else write rules until `tx` ends, and tells every process of the change once it has committed. To be called
 * before the first of them is written.
 * @param now `null` to use the database's own clock, as production does: those of hosts differ
 */
export async function beginRuleChange(tx: Transaction, now: Date | null): Promise<RuleTurn> {
  const [turn] = await tx.query<RuleTurn>(BEGIN, [now, RULES_CHANNEL])
  return turn as RuleTurn
}

// The greatest of both: a clock that is set back must not have what is made later begin earlier, and lose.
const BEGIN = /* sql */ `
-- begin rule change: $1 now or null, $2 channel
WITH counted AS (
  UPDATE linehaul.rule_version
  SET version = version + 1, changed_at = greatest(changed_at, ${NOW})
  RETURNING version, changed_at
)
SELECT version::text, changed_at AS "at", pg_notify($2, version::text)::text FROM counted`

/**
 * What is now for rules: no change of them is later.
 * @param now as for `beginRuleChange`
 */
export async function selectRuleNow(db: Executor, now: Date | null): Promise<Date> {
  const [row] = await db.query<{ now: Date }>(SELECT_NOW, [now])
  return (row as { now: Date }).now
}

const SELECT_NOW = /* sql */ `
-- select now of rules: $1 now or null
SELECT greatest(changed_at, ${NOW}) AS "now" FROM linehaul.rule_version`

export async function selectRuleVersion(db: Executor): Promise<string> {
  const [row] = await db.query<{ version: string }>(SELECT_VERSION, [], { prepared: true })
  return row?.version ?? '0'
}

const SELECT_VERSION = /* sql */ `
-- select rule version
SELECT version::text FROM linehaul.rule_version`

export interface RuleChanges {
  readonly version: string
  readonly rules: readonly StoredRule[]
}

/**
 * The version, and the rules of all tenants that have changed since another.
 * @param since `null`: all that hold at `now` or will
 */
export async function selectChanges(db: Executor, since: string | null, now: Date): Promise<RuleChanges> {
  const rows = await db.query<{ version: string } & StoredRule>(SELECT_CHANGES, [since, now])
  return { version: rows[0]?.version ?? '0', rules: rows.filter(({ id }) => id !== null) }
}

// One statement, so that both are of one moment.
const SELECT_CHANGES = /* sql */ `
-- select rule changes: $1 since version or null, $2 now
SELECT v.version::text, r.id::text AS "id", r.seq::text AS "seq", r.tenant_id AS "tenantId", r.name, r.value, r.category,
  r.effective_from AS "effectiveFrom", r.effective_until AS "effectiveUntil", r.status, r.author, r.created_at AS "createdAt",
  r.activated_at AS "activatedAt", r.activated_by AS "activatedBy", r.revoked_at AS "revokedAt", r.revoked_by AS "revokedBy"
FROM linehaul.rule_version v
LEFT JOIN linehaul.rule r
  ON r.version > $1::bigint
  OR ($1::bigint IS NULL AND r.status = 'active' AND (r.effective_until IS NULL OR r.effective_until > $2))`
