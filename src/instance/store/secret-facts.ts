import type { Executor } from '../../database/index.js'

/** Of those secrets that lie under keys that are not configured. */
export interface UnreadableFacts {
  readonly secrets: number
  readonly keyIds: readonly string[]
  /** Whether what tokens are signed with is among them. */
  readonly hasSigning: boolean
  /** How many webhooks cannot be signed for. */
  readonly webhooks: number
  /** Those that are neither of these. */
  readonly others: number
}

/** @param signsTokens whether the one that tokens are signed with counts */
export async function countUnreadable(
  db: Executor,
  { keyIds, signsTokens }: { keyIds: readonly string[]; signsTokens: boolean },
): Promise<UnreadableFacts> {
  const [facts] = await db.query<UnreadableFacts>(COUNT_UNREADABLE, [keyIds, signsTokens])
  return facts as UnreadableFacts
}

const COUNT_UNREADABLE = /* sql */ `
-- count unreadable secrets: $1 keys that are configured, $2 whether the signing secret counts
SELECT count(*)::int AS "secrets",
       coalesce(array_agg(DISTINCT key_id), '{}') AS "keyIds",
       coalesce(bool_or(is_signing), false) AS "hasSigning",
       count(DISTINCT webhook_id)::int AS "webhooks",
       count(*) FILTER (WHERE NOT is_signing AND webhook_id IS NULL)::int AS "others"
FROM (
  SELECT secret.key_id, false AS is_signing, webhook.id AS webhook_id
  FROM linehaul.secret
  -- A webhook's secrets are webhook:<id> and, after a change, webhook:<id>:former.
  LEFT JOIN linehaul.webhook ON webhook.tenant_id = secret.tenant_id
    AND secret.name LIKE 'webhook:%' AND webhook.id::text = split_part(secret.name, ':', 2)
  UNION ALL
  SELECT key_id, true, NULL FROM linehaul.signing_secret WHERE key_id IS NOT NULL AND $2
) AS sealed
WHERE key_id <> ALL ($1::text[])`
