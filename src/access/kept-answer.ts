import type { Transaction } from '../database/index.js'
import { selectAnswer, takeKey, updateAnswer } from './store/kept-answers.js'

/** A caller's own name for one request, whose answer is kept for a day. */
export interface AnswerKey {
  readonly tenantId: string
  readonly actor: string
  readonly key: string
}

/** What was answered, as it was sent. */
export interface KeptAnswer {
  readonly status: number
  readonly location: string | null
  readonly body: string | null
}

export class KeyReusedError extends Error {
  readonly code = 'ACCESS_IDEMPOTENCY_KEY_REUSED'
  constructor(key: string) {
    super(
      `The Idempotency-Key "${key}" stands for another request of the last 24 hours: its address or body differ. Use a new key for a new request.`,
    )
    this.name = 'KeyReusedError'
  }
}

/**
 * Looks what was answered under a key; a rival with the same key is waited for.
 * @returns `undefined` when the key is new: do the work, and {@link keepAnswer} in the same transaction.
 * @throws {KeyReusedError} ACCESS_IDEMPOTENCY_KEY_REUSED when it stands for another request.
 */
export async function findAnswer(
  tx: Transaction,
  key: AnswerKey,
  fingerprint: string,
): Promise<KeptAnswer | undefined> {
  if (await takeKey(tx, key, fingerprint)) return undefined
  const kept = await selectAnswer(tx, key)
  if (kept && kept.fingerprint !== fingerprint) throw new KeyReusedError(key.key)
  return kept
}

export function keepAnswer(tx: Transaction, key: AnswerKey, answer: KeptAnswer): Promise<void> {
  return updateAnswer(tx, key, answer)
}
