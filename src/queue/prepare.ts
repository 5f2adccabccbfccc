import { newId } from '../database/index.js'
import { toMs } from '../time/index.js'
import type { AnyJob } from './define-job.js'
import { InvalidOptionError, InvalidPayloadError, PayloadTooLargeError } from './errors.js'
import { toJsonText } from './json-text.js'
import type { JobRequest, OnClash } from './request.js'
import type { ClashPolicy, NewJob } from './store/insert.js'

const MAX_PAYLOAD_BYTES = 256 * 1024

/** A run time further away than this is taken for a mistake. */
const MAX_AHEAD_MS = 5 * 365 * 86_400_000

const MAX_PRIORITY = 100

/** A request turned into the row to insert, and by which policy. */
export interface Prepared {
  readonly policy: ClashPolicy
  readonly row: NewJob
}

/** @throws {JobsError} JOBS_INVALID_PAYLOAD, JOBS_PAYLOAD_TOO_LARGE, JOBS_INVALID_OPTION */
export function prepare(job: AnyJob, wish: JobRequest, now: Date): Prepared {
  refuseInvalid(wish, now)
  const payload = parse(job, wish.payload)
  const uniqueKey = job.uniqueKey?.(payload) ?? null
  const onClash = wish.onClash ?? 'keep'
  const debounce = typeof onClash === 'object' ? onClash : undefined
  return {
    policy: uniqueKey === null ? 'none' : policyOf(onClash),
    row: {
      id: newId(now.getTime()),
      tenantId: wish.tenantId,
      queue: job.queue,
      name: job.name,
      payload: toText(job, payload),
      priority: wish.priority ?? 0,
      runAt: wish.runAt ?? null,
      delayMs: toMs(debounce?.debounce ?? wish.delay ?? '0s'),
      maxAttempts: job.maxAttempts,
      uniqueKey,
      atMostMs: debounce ? toMs(debounce.atMost) : null,
      actor: wish.actor ?? null,
      correlationId: wish.correlationId ?? null,
    },
  }
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

function refuseInvalid({ delay, runAt, priority = 0, onClash }: JobRequest, now: Date): void {
  if (delay && runAt) throw new InvalidOptionError('runAt', 'cannot be given together with delay')
  if (typeof onClash === 'object' && (delay || runAt))
    throw new InvalidOptionError(
      'onClash',
      'sets the run time by itself: leave out delay and runAt when debouncing',
    )
  if (!Number.isInteger(priority) || Math.abs(priority) > MAX_PRIORITY)
    throw new InvalidOptionError(
      'priority',
      `is ${priority}, not a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}`,
    )
  const aheadMs = runAt ? runAt.getTime() - now.getTime() : toMs(delay ?? '0s')
  if (!(aheadMs <= MAX_AHEAD_MS))
    throw new InvalidOptionError(runAt ? 'runAt' : 'delay', 'is no instant within the next five years')
}
