import type { z } from 'zod'

import { isEngineName, nearestNames, type AnyJob, type JobRequest, type Operator } from '../queue/index.js'
import { jobCauseOf, type Asking, type JobCause } from './audited.js'
import { refuseByHand } from './by-hand.js'
import { UnknownTypeError } from './errors.js'
import { toMs } from '../time/index.js'
import { statusOf, toJob, type JobHead } from './schemas/job.js'
import type { NewJob } from './schemas/new-job.js'
import type { Services } from './services.js'

/** The definition that goes by a name or alias; the engine's own are nobody's to ask for. @throws {UnknownTypeError} API_UNKNOWN_TYPE */
export function definitionOf({ registry }: Pick<Operator, 'registry'>, type: string): AnyJob {
  const job = registry.find(type)
  if (job && !isEngineName(job.name)) return job
  const names = registry.names.filter((name) => !isEngineName(name))
  throw new UnknownTypeError(type, nearestNames(type, names))
}

function toRequest(job: AnyJob, { data, options }: NewJob, cause: JobCause): JobRequest {
  const { attempts, correlationId = cause.correlationId, ...others } = options
  return {
    ...cause,
    ...others,
    ...(attempts !== undefined && { maxAttempts: attempts }),
    ...{ name: job.name, payload: data, correlationId },
  }
}

/**
 * Puts one job in, coalesced with those of other requests.
 * @returns the job, and whether it is a new one: one that is wanted already is not made twice
 */
export async function enqueue(
  { engine }: Pick<Services, 'engine'>,
  wish: NewJob,
  request: Asking,
): Promise<{ job: z.input<typeof JobHead>; isNew: boolean }> {
  const definition = definitionOf(engine.operator, wish.type)
  refuseByHand(definition, wish.data, request.caller)
  const cause = jobCauseOf(request)
  const { name, payload, ...options } = toRequest(definition, wish, cause)
  const { id, isNew } = await engine.enqueue(definition, payload, options)
  if (!isNew) return { job: toJob(await engine.operator.get(cause.tenantId, id)), isNew }
  return { job: headOf(id, name, options), isNew }
}

/** What is known of a job that was just made, without reading it. */
function headOf(id: string, type: string, { runAt, delay = '0s' }: Pick<JobRequest, 'runAt' | 'delay'>) {
  const createdAt = new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)) // as UUIDs of version 7 begin
  const dueAt = runAt ?? new Date(createdAt.getTime() + toMs(delay))
  const status = statusOf(dueAt > createdAt ? 'scheduled' : 'waiting')
  return { id, jobId: id, type, status, createdAt, runAt: dueAt }
}
