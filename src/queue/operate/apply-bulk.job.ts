import { isUniqueViolation, type Database } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import type { Attempt } from '../attempt/attempt.js'
import { bulkPayload, fromPayload, selectionOf, type Bulk, type BulkPayload } from './bulk.js'
import { defineJob, type AnyJob } from '../define-job.js'
import { DEFAULT_KEEP } from '../attempt/default-keep.js'
import { SYSTEM_QUEUE } from '../work/queue-settings.js'
import { isFinal } from '../state.js'
import * as bulkStore from '../store/bulk.js'
import { countJobs } from '../store/count.js'
import type { Finished } from '../store/finish.js'
import type { JobFilter } from '../store/select-jobs.js'

/** Jobs of one batch, which is a transaction of its own. */
const BATCH = 500

/** What still is not done after so many goes on changing faster than it can be done. */
const MOST_PASSES = 10

export interface BulkEngine {
  readonly database: Database
  readonly clock: Clock
  keepOf(name: string): AnyJob['keep'] | undefined
  /** All names of a definition. */
  namesOf(name: string): readonly string[]
  /** Told of jobs that have ended, so that what waits for them goes on. */
  tell(finished: readonly Finished[]): void
  waiting(): void
  cancelRequested(): void
}

/** How many jobs were meant, were changed, and could not be, for each has moved on or another is in its place. */
interface Tally {
  matched: number
  changed: number
  skipped: number
}

/** Does one thing to every job that a filter matches. */
export const applyBulk = (engine: BulkEngine) =>
  defineJob<BulkPayload>({
    name: 'jobs.apply-bulk',
    queue: SYSTEM_QUEUE,
    payload: bulkPayload,
    timeout: '12h',
    keep: { done: '30d' },
    async run(payload, _needs, attempt) {
      const { tenantId, signal } = attempt
      const { bulk, upTo } = fromPayload(payload)
      const work = {
        engine,
        tenantId,
        bulk,
        upTo,
        signal,
        say: await progressOf(attempt, engine, bulk, upTo),
      }
      // What was changed matches no more, so that a run that was cut short is simply begun again; and what another
      // transaction had locked, or changed meanwhile into something else that matches, is there in the next pass.
      for (let [passes, changed] = [1, 0]; ; passes++) {
        const pass = await passOnce(work, changed)
        changed += pass.changed
        if (pass.changed === 0 || passes === MOST_PASSES)
          return { ...tally(changed, pass.seen - pass.changed) }
      }
    },
  })

/** How far a run is can be said as far as its jobs could be counted; beyond that, only how many it has changed. */
async function progressOf(
  attempt: Attempt,
  engine: BulkEngine,
  bulk: Bulk,
  upTo: Date,
): Promise<(changed: number) => void> {
  const selection = among(engine, attempt.tenantId, selectionOf(bulk, upTo))
  const { count, isAtLeast } = await countJobs(engine.database, selection)
  return (changed) =>
    attempt.progress(isAtLeast ? 0 : Math.min(99, Math.floor((100 * changed) / Math.max(1, count))), {
      step: bulk.action,
      message: `${changed} of ${isAtLeast ? 'more than ' : ''}${count} jobs changed`,
    })
}

function among<Filter extends JobFilter>(
  { clock, namesOf }: BulkEngine,
  tenantId: string,
  { name, ...filter }: Filter,
) {
  const names = name === undefined ? undefined : namesOf(name)
  return { ...filter, names, tenantId, idsTellTime: clock.statementTime() === null }
}

function tally(changed: number, skipped: number): Tally {
  return { matched: changed + skipped, changed, skipped }
}

interface Work {
  readonly engine: BulkEngine
  readonly tenantId: string
  readonly bulk: Bulk
  readonly upTo: Date
  readonly signal: AbortSignal
  /** Tells how many are changed so far. */
  say(changed: number): void
}

async function passOnce(
  { engine, tenantId, bulk, upTo, signal, say }: Work,
  changedBefore: number,
): Promise<{ seen: number; changed: number }> {
  const selection = { ...among(engine, tenantId, selectionOf(bulk, upTo)), limit: BATCH }
  let [seen, changed] = [0, 0]
  for (let after: string | undefined; ;) {
    signal.throwIfAborted()
    const jobs = await bulkStore.chooseJobs(engine.database, { ...selection, after })
    seen += jobs.length
    if (jobs.length > 0) changed += await change({ engine, tenantId, bulk, upTo }, jobs)
    say(changedBefore + changed)
    if (jobs.length < BATCH) return { seen, changed }
    after = jobs.at(-1)?.id
  }
}

/** @returns how many it changed */
async function change(
  { engine, tenantId, bulk, upTo }: Omit<Work, 'signal' | 'say'>,
  jobs: readonly bulkStore.Chosen[],
): Promise<number> {
  const { database } = engine
  const some = { tenantId, ids: jobs.map(({ id }) => id), now: engine.clock.statementTime() }
  switch (bulk.action) {
    case 'retry': {
      const finished = jobs.filter(({ state }) => isFinal(state)).length
      const changed = finished
        ? await replay(database, { ...some, upTo })
        : await bulkStore.hurryMany(database, some)
      if (changed > 0) engine.waiting()
      return changed
    }
    case 'cancel':
      return cancel(engine, jobs, { ...some, reason: bulk.reason ?? 'cancelled together with others' })
    case 'delete':
      return bulkStore.deleteMany(database, { ...some, upTo })
    case 'move': {
      const moved = await bulkStore.moveMany(database, { ...some, to: bulk.to ?? '' })
      if (moved > 0) engine.waiting()
      return moved
    }
  }
}

const REPLAY_TRIES = 5

/** A job may take one of their unique keys in the very moment: the next try sees it. */
async function replay(database: Database, some: Parameters<typeof bulkStore.replayMany>[1]): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      return await bulkStore.replayMany(database, some)
    } catch (error) {
      if (!isUniqueViolation(error) || tries === REPLAY_TRIES) throw error
    }
  }
}

async function cancel(
  engine: BulkEngine,
  jobs: readonly bulkStore.Chosen[],
  some: bulkStore.Some & { reason: string },
): Promise<number> {
  const keepMs = jobs.map(({ name }) => toMs((engine.keepOf(name) ?? DEFAULT_KEEP).done))
  const ended = await bulkStore.cancelMany(engine.database, { ...some, keepMs })
  engine.tell(ended)
  const asked = await bulkStore.requestCancelMany(engine.database, some)
  if (asked > 0) engine.cancelRequested()
  return ended.length + asked
}
