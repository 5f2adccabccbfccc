import type { Executor, Transaction } from '../../database/index.js'
import type { StoredRule } from '../stored-rule.js'
import { COLUMNS, VISIBLE } from './columns.js'
import type { RuleTurn } from './version.js'

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
export interface RuleAct extends RuleTurn {
  readonly by: string
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

/** They do not hold any more from `at` on, which they did before. */
export async function endRules(
  tx: Transaction,
  ids: readonly string[],
  { at, version }: RuleTurn,
): Promise<void> {
  await tx.query(END, [ids, at, version])
}

const END = /* sql */ `
-- end rules: $1 ids, $2 at, $3 version
UPDATE linehaul.rule
SET effective_until = $2, version = $3::bigint
WHERE id = ANY ($1::uuid[])`
