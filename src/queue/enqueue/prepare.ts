import { newId } from '../../database/index.js'
import { toMs } from '../../time/index.js'
import type { AnyJob } from '../define-job.js'
import { refuseInvalidOptions, refuseInvalidSubject, refuseUnstorable } from '../check-options.js'
import { InvalidPayloadError, PayloadTooLargeError } from '../errors.js'
import { toJsonText } from '../json-text.js'
import type { JobRequest, OnClash } from './request.js'
import { toRetryText } from '../attempt/retry.js'
import type { ClashPolicy } from '../store/insert.js'
import type { NewJob } from '../store/new-jobs.js'

const MAX_PAYLOAD_BYTES = 256 * 1024

/** A request turned into the row to insert, and by which policy. */
export interface Prepared {
  readonly policy: ClashPolicy
  readonly row: NewJob
  /** What has to be asked before it is inserted; `null`: nothing, the insert itself sees every clash. */
  readonly guard: Guard | null
}

export interface Guard {
  /** Whether the caller chose the id, so that the job may be there already, finished even. */
  readonly ownId: boolean
  /** How long its unique key stays taken, counted from now; 0: not at all. */
  readonly windowMs: number
}

/**
 * @param setKey the key of a limit that is set of the definition besides those that it declares. Default: none is
 * @throws {JobsError} JOBS_INVALID_PAYLOAD, JOBS_PAYLOAD_TOO_LARGE, JOBS_INVALID_OPTION
 */
export function prepare(job: AnyJob, wish: JobRequest, now: Date, setKey: string | null = null): Prepared {
  refuseInvalidOptions(job, wish, now)
  const payload = parse(job, wish.payload)
  const uniqueKey = keyOf(job, payload)
  const onClash = wish.onClash ?? 'keep'
  const debounce = typeof onClash === 'object' ? onClash : undefined
  return {
    policy: uniqueKey === null ? 'none' : policyOf(onClash),
    row: {
      id: wish.id ?? newId(now.getTime()),
      tenantId: wish.tenantId,
      queue: job.queue,
      name: job.name,
      payload: toText(job, payload),
      priority: wish.priority ?? 0,
      runAt: wish.runAt ?? null,
      delayMs: toMs(debounce?.debounce ?? wish.delay ?? '0s'),
      maxAttempts: wish.maxAttempts ?? job.maxAttempts,
      retry: toRetryText(wish),
      uniqueKey,
      atMostMs: debounce ? toMs(debounce.atMost) : null,
      actor: wish.actor ?? null,
      correlationId: wish.correlationId ?? null,
      subject: wish.subject ?? subjectOf(job, payload),
      context: wish.context ? JSON.stringify(wish.context) : null,
      limitKeys: limitKeysOf(job, payload, wish.tenantId, setKey),
      exclusive: uniqueKey !== null && job.uniqueUntil === 'finished',
      onParentDead: null,
      hasWaiters: false,
    },
    guard: guardOf(job, wish, uniqueKey),
  }
}

function guardOf(job: AnyJob, wish: JobRequest, uniqueKey: string | null): Guard | null {
  const windowMs = uniqueKey === null ? 0 : toMs(job.uniqueFor ?? '0s')
  const isExclusive = uniqueKey !== null && job.uniqueUntil === 'finished'
  const ownId = wish.id !== undefined
  return ownId || windowMs > 0 || isExclusive ? { ownId, windowMs } : null
}

function subjectOf(job: AnyJob, payload: unknown): string | null {
  const subject = job.subject?.(payload)
  if (subject === undefined) return null
  refuseInvalidSubject(subject)
  return subject
}

/** `name/n` for the n-th limit of a definition, `name/n/tenant/key` for one with a key, and the one that is set. */
function limitKeysOf(
  job: AnyJob,
  payload: unknown,
  tenantId: string,
  setKey: string | null,
): readonly string[] | null {
  if (job.limits.length === 0) return setKey === null ? null : [setKey]
  const declared = job.limits.map(({ key }, n) => {
    if (!key) return `${job.name}/${n}`
    const text = key(payload, { tenantId })
    refuseUnstorable('limits', text)
    return `${job.name}/${n}/${tenantId}/${text}`
  })
  return setKey === null ? declared : [...declared, setKey]
}

function keyOf(job: AnyJob, payload: unknown): string | null {
  const key = job.uniqueKey?.(payload)
  if (key === undefined) return null
  refuseUnstorable('uniqueKey', key)
  return key
}

function policyOf(onClash: OnClash): ClashPolicy {
  return typeof onClash === 'string' ? onClash : 'debounce'
}

function parse(job: AnyJob, payload: unknown): unknown {
  try {
    return job.payload.parse(payload)
  } catch (cause) {
    throw new InvalidPayloadError(job.name, cause)
  }
}

function toText(job: AnyJob, payload: unknown): string {
  const text = textOf(job, payload)
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_PAYLOAD_BYTES) throw new PayloadTooLargeError(job.name, bytes, MAX_PAYLOAD_BYTES)
  return text
}

function textOf(job: AnyJob, payload: unknown): string {
  try {
    return toJsonText(payload)
  } catch (cause) {
    throw new InvalidPayloadError(job.name, cause)
  }
}
