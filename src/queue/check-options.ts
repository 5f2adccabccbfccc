import { toMs } from '../time/index.js'
import type { AnyJob } from './define-job.js'
import { InvalidOptionError } from './errors.js'
import type { JobRequest, OnClash } from './request.js'

/** A run time further away than this is taken for a mistake. */
const MAX_AHEAD_MS = 5 * 365 * 86_400_000

const MAX_PRIORITY = 100

/** Keys and names are indexed, and an index takes about 2,700 bytes. */
const MAX_TEXT = 500

/** @throws {InvalidOptionError} JOBS_INVALID_OPTION */
export function refuseInvalidOptions(job: AnyJob, wish: JobRequest, now: Date): void {
  const { delay, runAt, priority = 0, onClash, tenantId, actor = '', correlationId = '' } = wish
  if (delay && runAt) throw new InvalidOptionError('runAt', 'cannot be given together with delay')
  if (onClash) refuseInvalidClash(job, onClash, Boolean(delay ?? runAt))
  if (!Number.isInteger(priority) || Math.abs(priority) > MAX_PRIORITY) {
    throw new InvalidOptionError(
      'priority',
      `is ${priority}, not a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}`,
    )
  }
  const aheadMs = runAt ? runAt.getTime() - now.getTime() : toMs(delay ?? '0s')
  if (!(aheadMs <= MAX_AHEAD_MS)) {
    throw new InvalidOptionError(runAt ? 'runAt' : 'delay', 'is no instant within the next five years')
  }
  for (const [option, text] of Object.entries({ tenantId, actor, correlationId }))
    refuseUnstorable(option, text)
}

function refuseInvalidClash(job: AnyJob, onClash: OnClash, hasRunTime: boolean): void {
  if (!job.uniqueKey) {
    throw new InvalidOptionError('onClash', `needs a unique key, and ${job.name} has none: nothing can clash`)
  }
  if (typeof onClash === 'string') return
  if (hasRunTime) {
    throw new InvalidOptionError(
      'onClash',
      'sets the run time by itself: leave out delay and runAt when debouncing',
    )
  }
  if (toMs(onClash.atMost) < toMs(onClash.debounce)) {
    throw new InvalidOptionError(
      'onClash',
      `waits ${onClash.debounce} but ${onClash.atMost} at most: make atMost the longer one`,
    )
  }
}

/** @throws {InvalidOptionError} JOBS_INVALID_OPTION when `text` is too long, or holds a NUL, which no database text can. */
export function refuseUnstorable(option: string, text: string): void {
  if (text.length > MAX_TEXT) {
    throw new InvalidOptionError(option, `has ${text.length} characters, more than the ${MAX_TEXT} allowed`)
  }
  if (text.includes('\0'))
    throw new InvalidOptionError(option, 'holds a NUL character, which the database cannot store')
}
