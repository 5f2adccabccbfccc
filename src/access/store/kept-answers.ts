import type { Executor } from '../../database/index.js'
import type { AnswerKey, KeptAnswer } from '../kept-answer.js'

/**
 * Takes a key; waits for whoever is using it at this moment. One that is older than a day is free again.
 * @returns whether it was free
 */
export async function takeKey(
  db: Executor,
  { tenantId, actor, key }: AnswerKey,
  fingerprint: string,
): Promise<boolean> {
  return (await db.query(TAKE, [tenantId, actor, key, fingerprint])).length > 0
}

const TAKE = /* sql */ `
-- take idempotency key: $1 tenant, $2 actor, $3 key, $4 fingerprint
INSERT INTO linehaul.kept_answer (tenant_id, actor, key, fingerprint)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, actor, key) DO UPDATE
SET fingerprint = EXCLUDED.fingerprint, kept_at = now(), status = NULL, location = NULL, body = NULL
WHERE kept_answer.kept_at < now() - interval '24 hours'
RETURNING 1`

export async function selectAnswer(
  db: Executor,
  { tenantId, actor, key }: AnswerKey,
): Promise<(KeptAnswer & { fingerprint: string }) | undefined> {
  const [answer] = await db.query<KeptAnswer & { fingerprint: string }>(SELECT, [tenantId, actor, key])
  return answer
}

const SELECT = /* sql */ `
-- select kept answer: $1 tenant, $2 actor, $3 key
SELECT fingerprint, status, location, body
FROM linehaul.kept_answer
WHERE tenant_id = $1 AND actor = $2 AND key = $3`

export async function updateAnswer(
  db: Executor,
  { tenantId, actor, key }: AnswerKey,
  { status, location, body }: KeptAnswer,
): Promise<void> {
  await db.query(UPDATE, [tenantId, actor, key, status, location, body])
}

const UPDATE = /* sql */ `
-- keep answer: $1 tenant, $2 actor, $3 key, $4 status, $5 location, $6 body
UPDATE linehaul.kept_answer
SET status = $4, location = $5, body = $6
WHERE tenant_id = $1 AND actor = $2 AND key = $3`
