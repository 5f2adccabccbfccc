import { toMs } from '../../time/index.js'

/** `'gone'`: the receiver wants nothing any more. `again`: at the earliest after so long, if it said so. */
export type WebhookVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'again'; readonly retryAfterMs: number | undefined }

/** No receiver may put off its deliveries further. */
const LONGEST_PUT_OFF_MS = toMs('6h')

/** @param retryAfter the header of that name: seconds, or an HTTP date */
export function judgeAnswer(status: number, retryAfter: string | null, now: Date): WebhookVerdict {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone' }
  return { kind: 'again', retryAfterMs: readRetryAfter(retryAfter, now) }
}

function readRetryAfter(text: string | null, now: Date): number | undefined {
  if (text === null) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_PUT_OFF_MS)
}

/** A webhook at which nothing has arrived for so long is not tried any more. */
const FAILS_FOR_MS = toMs('24h')

/**
 * Two failures further apart are of two outages, for nothing was tried in between. An hour more than the longest wait between
 * two attempts, for each may begin and end late.
 */
const ONE_OUTAGE_MS = LONGEST_PUT_OFF_MS + toMs('1h')

/** Failures before that have nothing to do with one of now. */
export function forgetFailuresBefore(now: Date): Date {
  return new Date(now.getTime() - ONE_OUTAGE_MS)
}

export function hasFailedLong(failingSince: Date, now: Date): boolean {
  return now.getTime() - failingSince.getTime() >= FAILS_FOR_MS
}
