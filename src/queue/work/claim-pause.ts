/** How often to look for work when nobody rings; a ring usually comes first. */
const POLL_EVERY_MS = 200

/** Pauses after claims that failed: doubled from the first to the last, so that a database that is away is not flooded. */
const RETRY_CLAIM_MS = { first: 100, last: 5_000 }

/** How long a worker that found nothing more waits before it claims again, after so many `failedClaims` in a row. */
export function claimPauseMs(failedClaims: number): number {
  if (failedClaims === 0) return POLL_EVERY_MS
  return Math.min(RETRY_CLAIM_MS.first * 2 ** (failedClaims - 1), RETRY_CLAIM_MS.last)
}
