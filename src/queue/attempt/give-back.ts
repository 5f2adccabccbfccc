import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { afterLoss } from './after-loss.js'
import type { Verdict } from './classify.js'
import { record, type Recorded } from './record.js'
import type { Recorder } from './recorder.js'
import type { Registry } from '../registry.js'
import type { Tally } from '../statistics/tally.js'
import type { LostJob } from '../store/lost.js'

/** What the engine's duties work with. */
export interface Engineering {
  readonly database: Database
  readonly registry: Registry<never>
  readonly clock: Clock
  readonly recorder: Recorder
  readonly tally: Tally
}

/** Puts a job that nobody runs any more back in line; by default as lost, or buries it when that happened too often. */
export async function giveBack(
  on: Engineering,
  job: LostJob,
  verdict: Verdict = afterLoss(job),
): Promise<Recorded> {
  const state = await record(on, job, verdict, on.registry.find(job.name))
  if (state === 'dead') on.tally.buried(job, on.clock.now().getTime())
  return state
}
