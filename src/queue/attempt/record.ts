import type { Executor } from '../../database/index.js'
import { toMs } from '../../time/index.js'
import { faultOf, faultOfCancel, type Fault, type Verdict } from './classify.js'
import type { PlannedChild } from '../flow/children.js'
import type { AnyJob } from '../define-job.js'
import { FlowError } from '../errors.js'
import type { FinalState, JobState } from '../state.js'
import type { AttemptEntry } from '../store/find.js'
import { findEnded } from '../store/find-ended.js'
import { DEFAULT_KEEP } from './default-keep.js'
import { outcomeOf, type ToldJob } from './job-outcome.js'
import type { Ending, Recorder } from './recorder.js'

/** Where the job stands afterwards; `'lost'` when it is another's by now and nothing was changed. */
export type Recorded = JobState | 'lost'

/** A job as whoever ends its attempt knows it. */
export type EndingJob = ToldJob & { readonly fence: string }

/**
 * Writes down what follows from an attempt's end.
 * @param definition `undefined`: this process does not know it.
 */
export async function record(
  { recorder, database }: { recorder: Recorder; database: Executor },
  attempt: EndingJob,
  verdict: Verdict,
  definition: AnyJob | undefined,
): Promise<Recorded> {
  const { id, fence } = attempt
  switch (verdict.kind) {
    case 'done':
      return end({ state: 'done', result: verdict.result })
    case 'cancelled':
    case 'dead':
      return end({ state: verdict.kind, error: verdict.error })
    case 'again':
      return again({ delayMs: verdict.delayMs, spent: true, lost: false }, 'failed', verdict.error)
    case 'snoozed':
      return again({ delayMs: verdict.delayMs, spent: false, lost: false }, 'snoozed')
    case 'blocked':
      return block(verdict.children)
    case 'released':
      return again({ delayMs: 0, spent: false, lost: false }, 'released')
    case 'lost':
      return again({ delayMs: 0, spent: false, lost: true }, 'lost')
  }

  async function again(
    how: { delayMs: number; spent: boolean; lost: boolean },
    ended: AttemptEntry['ended'],
    error?: Fault,
  ): Promise<Recorded> {
    const answer = await recorder.putBack({ id, fence, ...how, ended, error: textOf(error) })
    if (answer?.state) return answer.state
    // Refused: cancelled meanwhile, which `finish` turns it into, or lost, in which case it finds nothing.
    const reason = answer ? 'superseded by a newer request for the same' : 'it was cancelled'
    return end({ state: 'cancelled', error: faultOfCancel(reason) })
  }

  async function block(children: readonly PlannedChild[]): Promise<Recorded> {
    try {
      const isBlocked = await recorder.block({ id, fence, children })
      return isBlocked
        ? 'blocked'
        : await end({ state: 'cancelled', error: faultOfCancel('it was cancelled') })
    } catch (error) {
      // What is wrong with what it waits for would be wrong the next time, too.
      if (error instanceof FlowError) return end({ state: 'dead', error: faultOf(error) })
      throw error
    }
  }

  async function end(how: End): Promise<Recorded> {
    const state = await recorder.finish(endingOf(attempt, how, definition))
    // Nothing to finish: it is another's by now, or an earlier try got through and only its answer was lost.
    return state ?? (await findEnded(database, attempt)) ?? 'lost'
  }
}

/** How a job ends. */
export interface End {
  readonly state: FinalState
  /** JSON text; only of one that is done. */
  readonly result?: string | null
  readonly error?: Fault
}

export function endingOf(job: EndingJob, end: End, definition: AnyJob | undefined): Ending {
  const { state, result = null, error } = end
  const keep = definition?.keep ?? DEFAULT_KEEP
  const keepMs = toMs(state === 'dead' ? keep.dead : keep.done)
  const outcome = state === 'cancelled' ? undefined : outcomeOf(job, definition, { state, result, error })
  return { id: job.id, fence: job.fence, state, result, error: textOf(error), keepMs, outcome }
}

function textOf(error: Fault | undefined): string | null {
  return error ? JSON.stringify(error) : null
}
