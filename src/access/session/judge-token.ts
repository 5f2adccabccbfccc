/** What is kept of a session and its tokens. */
export interface Kept {
  readonly tokenHash: string
  readonly previousHash: string | null
  readonly rotatedAt: Date
  readonly expiresAt: Date
}

/** How long the token before the newest one may still be brought: by a second window, or after an answer was lost. */
export const GRACE_MS = 10_000

/**
 * What to do with a refresh token of a session: `rotate` the newest one, `repeat` the answer for the one before, or end
 * the session, since somebody has `stolen` a token that was used before, or it has `ended` by itself.
 */
export function judgeToken(
  kept: Kept,
  tokenHash: string,
  now: Date,
): 'rotate' | 'repeat' | 'stolen' | 'ended' {
  if (kept.expiresAt <= now) return 'ended'
  if (tokenHash === kept.tokenHash) return 'rotate'
  const isInGrace = now.getTime() - kept.rotatedAt.getTime() <= GRACE_MS
  return tokenHash === kept.previousHash && isInGrace ? 'repeat' : 'stolen'
}

const DAY_MS = 86_400_000

/** A session that nobody uses ends after two weeks, and any after 90 days. */
export function expiryOf(createdAt: Date, now: Date): Date {
  return new Date(Math.min(now.getTime() + 14 * DAY_MS, createdAt.getTime() + 90 * DAY_MS))
}
