import type { Executor, Transaction } from '../../database/index.js'
import type { StoredRule } from '../stored-rule.js'

/** What every process listens on that has rules in memory. */
export const RULES_CHANNEL = 'linehaul_rules'

/**
 * Lets nobody else write rules until `tx` ends, and tells every process of the change once it has committed. To be called
 * before the first of them is written.
 * @returns the version to be written with each rule
 */
export async function beginRuleChange(tx: Transaction): Promise<string> {
  const [row] = await tx.query<{ version: string }>(BEGIN, [RULES_CHANNEL])
  return row?.version ?? '0'
}

const BEGIN = /* sql */ `
-- begin rule change: $1 channel
WITH counted AS (UPDATE linehaul.rule_version SET version = version + 1 RETURNING version)
SELECT version::text, pg_notify($1, version::text)::text FROM counted`

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
