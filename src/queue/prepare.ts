import { newId } from '../database/index.js'
import { toMs } from '../time/index.js'
import type { AnyJob } from './define-job.js'
import { refuseInvalidOptions, refuseUnstorable } from './check-options.js'
import { InvalidPayloadError, PayloadTooLargeError } from './errors.js'
import { toJsonText } from './json-text.js'
import type { JobRequest, OnClash } from './request.js'
import type { ClashPolicy, NewJob } from './store/insert.js'

const MAX_PAYLOAD_BYTES = 256 * 1024

/** A request turned into the row to insert, and by which policy. */
export interface Prepared {
  readonly policy: ClashPolicy
  readonly row: NewJob
}

/** @throws {JobsError} JOBS_INVALID_PAYLOAD, JOBS_PAYLOAD_TOO_LARGE, JOBS_INVALID_OPTION */
export function prepare(job: AnyJob, wish: JobRequest, now: Date): Prepared {
  refuseInvalidOptions(job, wish, now)
  const payload = parse(job, wish.payload)
  const uniqueKey = keyOf(job, payload)
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
