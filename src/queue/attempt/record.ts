import type { Executor } from '../../database/index.js'
import { toMs } from '../../time/index.js'
import { faultOf, faultOfCancel, type Fault, type Verdict } from './classify.js'
import type { PlannedChild } from '../flow/children.js'
import type { AnyJob } from '../define-job.js'
import { FlowError } from '../errors.js'
import type { FinalState, JobState } from '../state.js'
import type { ClaimedJob } from '../store/claim.js'
import type { AttemptEntry } from '../store/find.js'
import { findEnded } from '../store/find-ended.js'
import type { Finish } from '../store/finish.js'
import type { Recorder } from './recorder.js'

/** What is needed of an attempt to record its end. */
export type EndedAttempt = Pick<ClaimedJob, 'id' | 'attempt' | 'fence' | 'claimedAt'> & {
  readonly workerId: string
}

/** Where the job stands afterwards; `'lost'` when it is another's by now and nothing was changed. */
export type Recorded = JobState | 'lost'

/** Writes down what follows from an attempt's end. */
export async function record(
  { recorder, database }: { recorder: Recorder; database: Executor },
  attempt: EndedAttempt,
  verdict: Verdict,
  keep: AnyJob['keep'],
): Promise<Recorded> {
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
    const { id, fence } = attempt
    const answer = await recorder.putBack({ id, fence, ...how, entry: entryOf(attempt, ended, error) })
    if (answer?.state) return answer.state
    // Refused: cancelled meanwhile, which `finish` turns it into, or lost, in which case it finds nothing.
    const reason = answer ? 'superseded by a newer request for the same' : 'it was cancelled'
    return end({ state: 'cancelled', error: faultOfCancel(reason) })
  }

  async function block(children: readonly PlannedChild[]): Promise<Recorded> {
    try {
      const entry = entryOf(attempt, 'blocked')
      const isBlocked = await recorder.block({ ...attempt, children, entry })
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
    const ended = await recorder.finish(finishOf(attempt, how, keep))
    // Nothing to finish: it is another's by now, or an earlier try got through and only its answer was lost.
    return ended?.state ?? (await findEnded(database, attempt)) ?? 'lost'
  }
}

/** How a job ends. */
export interface End {
  readonly state: FinalState
  /** JSON text; only of one that is done. */
  readonly result?: string | null
  readonly error?: Fault
}

export function finishOf(attempt: EndedAttempt, { state, result, error }: End, keep: AnyJob['keep']): Finish {
  return {
    id: attempt.id,
    fence: attempt.fence,
    state,
    result: result ?? null,
    error: error ? JSON.stringify(error) : null,
    keepMs: toMs(state === 'dead' ? keep.dead : keep.done),
    entry: entryOf(attempt, state, error),
  }
}

function entryOf(attempt: EndedAttempt, ended: AttemptEntry['ended'], error?: Fault): string {
  const entry: AttemptEntry = {
    number: attempt.attempt,
    startedAt: attempt.claimedAt.toISOString(),
    workerId: attempt.workerId,
    ended,
    ...(error && { error }),
  }
  return JSON.stringify(entry)
}
