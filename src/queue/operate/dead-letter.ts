import type { Database, Executor } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import type { Fault } from '../attempt/classify.js'
import { DEFAULT_KEEP } from '../attempt/default-keep.js'
import { outcomeOf } from '../attempt/job-outcome.js'
import type { Recorder } from '../attempt/recorder.js'
import { prepare } from '../enqueue/prepare.js'
import type { Registry } from '../registry.js'
import { buryOpen, type Buried } from '../store/bury.js'
import type { JobView } from './job-view.js'
import { editFinished, replayFinished } from '../store/replay.js'

interface On {
  readonly database: Database
  readonly registry: Registry<never>
  readonly clock: Clock
}

/** Moves an open job to the dead. @returns `undefined`: it is not open any more */
export function bury(
  { database, registry, clock }: On,
  recorder: Pick<Recorder, 'tellOutcome'>,
  job: JobView,
  reason: string,
): Promise<Buried | undefined> {
  const { id, tenantId, name } = job
  const definition = registry.find(name)
  const error: Fault = { code: 'JOBS_BURIED', message: reason }
  const keepMs = toMs((definition?.keep ?? DEFAULT_KEEP).dead)
  return database.transaction(async (tx) => {
    const buried = await buryOpen(tx, { id, tenantId, fault: error, keepMs, now: clock.statementTime() })
    if (buried) await recorder.tellOutcome(tx, outcomeOf(job, definition, { state: 'dead', error }))
    return buried
  })
}

/**
 * Gives a finished job another payload; what its definition derives from that is derived anew, and what only its request gave
 * stays.
 * @returns whether there was one
 * @throws {JobsError} JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_PAYLOAD, JOBS_PAYLOAD_TOO_LARGE, JOBS_INVALID_OPTION
 */
export function edit(
  { registry, clock }: On,
  db: Executor,
  { id, tenantId, name }: JobView,
  payload: unknown,
): Promise<boolean> {
  const job = registry.get(name)
  const wish = { name, payload, tenantId }
  const { row } = prepare(job, wish, clock.now(), registry.policies.setKeyOf(job))
  return editFinished(db, { ...row, id })
}

/** Puts a finished job back in line with another payload: see {@link edit}. @returns whether there was one */
export function replayWith(on: On, job: JobView, payload: unknown): Promise<boolean> {
  const { id, tenantId } = job
  return on.database.transaction(async (tx) => {
    await edit(on, tx, job, payload)
    return replayFinished(tx, { id, tenantId, now: on.clock.statementTime() })
  })
}
