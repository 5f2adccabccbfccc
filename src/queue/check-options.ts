import { toMs } from '../time/index.js'
import type { AnyJob } from './define-job.js'
import { InvalidOptionError } from './errors.js'
import { refuseUnknown } from './refuse-unknown.js'
import type { JobRequest, OnClash } from './enqueue/request.js'
import { refuseInvalidRetry } from './attempt/retry.js'

/** A run time further away than this is taken for a mistake. */
export const MAX_AHEAD_MS = 5 * 365 * 86_400_000

const MAX_PRIORITY = 100

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Keys and names are indexed, and an index takes about 2,700 bytes. */
const MAX_TEXT = 500

/** All that a request may say. */
export const REQUEST: Readonly<Record<keyof JobRequest, true>> = {
  name: true,
  payload: true,
  tenantId: true,
  id: true,
  delay: true,
  runAt: true,
  priority: true,
  actor: true,
  correlationId: true,
  subject: true,
  context: true,
  onClash: true,
  maxAttempts: true,
  backoff: true,
  timeout: true,
}

/** @throws {JobsError} JOBS_INVALID_OPTION, JOBS_UNKNOWN_OPTION */
export function refuseInvalidOptions(job: AnyJob, wish: JobRequest, now: Date): void {
  refuseUnknown(`for a job such as ${job.name}`, wish, REQUEST)
  const { id, delay, runAt, priority = 0, onClash, tenantId, actor = '', correlationId = '', subject } = wish
  if (id !== undefined && !UUID.test(id)) throw new InvalidOptionError('id', `is "${id}", not a UUID`)
  if (subject !== undefined) refuseInvalidSubject(subject)
  refuseInvalidRetry(wish)
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
  if (!tenantId) throw new InvalidOptionError('tenantId', 'is missing: say whose job it is')
  refuseUnstorable('tenantId', tenantId)
  refuseUnstorable('actor', actor)
  refuseUnstorable('correlationId', correlationId)
}

/** @throws {InvalidOptionError} JOBS_INVALID_OPTION when it is not written `kind:id`. */
export function refuseInvalidSubject(subject: string): void {
  refuseUnstorable('subject', subject)
  if (!/^[a-z][a-z0-9-]*:./.test(subject))
    throw new InvalidOptionError('subject', `is "${subject}", not kind:id such as order:SO-1042`)
}

function refuseInvalidClash(job: AnyJob, onClash: OnClash, hasRunTime: boolean): void {
  if (!job.uniqueKey) {
    throw new InvalidOptionError('onClash', `needs a unique key, and ${job.name} has none: nothing can clash`)
  }
  if (typeof onClash === 'string') {
    if (onClash === 'keep' || onClash === 'replace') return
    throw new InvalidOptionError(
      'onClash',
      `is "${String(onClash)}", not keep, replace or { debounce: '30s', atMost: '5m' }`,
    )
  }
  refuseUnknown('of onClash', onClash, { debounce: true, atMost: true })
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

/** No database text can hold a NUL; the other stands between keys. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const UNSTORABLE = /[\0\u001f]/

/** @throws {InvalidOptionError} JOBS_INVALID_OPTION when `text` is too long or cannot be stored. */
export function refuseUnstorable(option: string, text: string): void {
  if (text.length > MAX_TEXT) {
    throw new InvalidOptionError(option, `has ${text.length} characters, more than the ${MAX_TEXT} allowed`)
  }
  if (UNSTORABLE.test(text))
    throw new InvalidOptionError(
      option,
      'holds a NUL or a unit separator character, which the database cannot store',
    )
}
