import type { Executor, Transaction } from '../../database/index.js'
import type { StoredRule } from '../stored-rule.js'

/** What every process listens on that has rules in memory. */
export const RULES_CHANNEL = 'linehaul_rules'

/**
 * Lets nobody else write rules until `tx` ends, and tells every process of the change once it has committed. To be called
 * before the first of them is written.
 */
export async function beginRuleChange(tx: Transaction): Promise<void> {
  await tx.query(BEGIN, [RULES_CHANNEL])
}

const BEGIN = /* sql */ `
-- begin rule change: $1 channel
WITH counted AS (UPDATE linehaul.rule_version SET version = version + 1 RETURNING version)
SELECT pg_notify($1, version::text) FROM counted`

export async function selectRuleVersion(db: Executor): Promise<string> {
  const [row] = await db.query<{ version: string }>(SELECT_VERSION, [], { prepared: true })
  return row?.version ?? '0'
}

const SELECT_VERSION = /* sql */ `
-- select rule version
SELECT version::text FROM linehaul.rule_version`

export interface RuleSnapshot {
  readonly version: string
  readonly rules: readonly StoredRule[]
}

/** All tenants' rules that hold now or will, and the version that these are of. */
export async function selectSnapshot(db: Executor, now: Date): Promise<RuleSnapshot> {
  const rows = await db.query<{ version: string } & StoredRule>(SELECT_SNAPSHOT, [now])
  return { version: rows[0]?.version ?? '0', rules: rows.filter(({ id }) => id !== null) }
}

// One statement, so that both are of one moment. A draft holds nothing.
const SELECT_SNAPSHOT = /* sql */ `
-- select rule snapshot: $1 now
SELECT v.version::text, r.id::text AS "id", r.seq::text AS "seq", r.tenant_id AS "tenantId", r.name, r.value, r.category,
  r.effective_from AS "effectiveFrom", r.effective_until AS "effectiveUntil", r.status, r.author, r.created_at AS "createdAt",
  r.activated_at AS "activatedAt", r.activated_by AS "activatedBy", r.revoked_at AS "revokedAt", r.revoked_by AS "revokedBy"
FROM linehaul.rule_version v
LEFT JOIN linehaul.rule r ON r.status = 'active' AND (r.effective_until IS NULL OR r.effective_until > $1)`
