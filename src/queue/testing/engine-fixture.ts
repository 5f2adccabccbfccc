import { newId, type Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { Client } from '../enqueue/client.js'
import type { AnyJob } from '../define-job.js'
import { Engine } from '../engine.js'
import type { EngineOptions } from '../engine-options.js'
import type { Engineering } from '../attempt/give-back.js'
import { Recorder, type OutcomeListener } from '../attempt/recorder.js'
import { Registry } from '../registry.js'
import { Tally } from '../statistics/tally.js'
import type { JobState } from '../state.js'
import { finish } from '../store/finish.js'

export interface Fixture {
  readonly engine: Engine<unknown>
  readonly clock: FakeClock
  readonly errors: unknown[]
}

/** An engine that has not started, with a clock that stands still. */
export function anEngine(
  database: Database,
  jobs: readonly AnyJob<unknown>[],
  options: Partial<EngineOptions<unknown>> & { clock?: FakeClock } = {},
): Fixture {
  const clock = options.clock ?? new FakeClock()
  const errors: unknown[] = []
  const engine = new Engine({
    database,
    jobs,
    needs: {},
    random: () => 0.5,
    onError: (error) => errors.push(error),
    ...options,
    clock,
  })
  return { engine, clock, errors }
}

/** What one process's duties work with. */
export function engineering(
  database: Database,
  clock: FakeClock,
  jobs: readonly AnyJob<unknown>[],
  listener?: OutcomeListener,
): Engineering {
  const nobody = { ended: () => undefined, freed: () => undefined, due: () => undefined }
  const noFlows = { block: () => Promise.reject(new Error('nothing waits here')) }
  return {
    database,
    clock,
    registry: new Registry<never>(jobs as readonly AnyJob[]),
    recorder: new Recorder(database, clock, nobody, noFlows, listener),
    tally: new Tally(),
  }
}

/** Puts jobs in without an engine: nobody is rung. */
export function aClient(database: Database, registry: Registry<never>, clock: Clock): Client {
  return new Client({ database, registry, clock, carry: () => undefined, onEnqueued: () => undefined })
}

/** Stops an engine without giving anybody time: what runs is aborted, what ignores that is abandoned. */
export async function stopNow({ engine, clock }: Pick<Fixture, 'engine' | 'clock'>): Promise<void> {
  let stopping = true
  const stopped = engine.stop('0ms', { within: '1000d' }).finally(() => (stopping = false))
  while (stopping) {
    clock.advance('11s')
    await new Promise(setImmediate)
  }
  await stopped
}

const TABLES = [
  'job',
  'job_archive',
  'job_wait',
  'job_window',
  'pause',
  'pause_history',
  'bucket',
  'bucket_start',
  'job_log',
  'queue_rate',
  'queue_minute',
  'alert',
  'alert_threshold',
  'worker',
  'schedule',
  'schedule_change',
  'schedule_tick',
  'scheduler',
  'leader',
]

/**
 * Empties every table of the engine, so that each test starts from nothing. By DELETE: there is little in them, and
 * TRUNCATE would make every partition and index of the archive anew, which takes most of a test's time.
 */
export async function clearJobs(database: Database): Promise<void> {
  const deletes = TABLES.map((table) => `${table}_ AS (DELETE FROM linehaul.${table})`)
  await database.query(`WITH ${deletes.join(', ')} SELECT`, [], { prepared: true })
}

/** A row in the table of open jobs, with every column that its state asks for. */
export async function aJob(
  database: Database,
  {
    id = newId(),
    name,
    state,
    at,
    ...given
  }: {
    id?: string
    name: string
    state: Extract<JobState, 'scheduled' | 'waiting' | 'running'>
    at: Date
    workerId?: string
    attempt?: number
    losses?: number
    uniqueKey?: string
    tenantId?: string
    queue?: string
  },
): Promise<string> {
  const running = state === 'running'
  await database.query(
    `INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, attempt,
       max_attempts, losses, unique_key, worker_id, fence, claimed_at)
     VALUES ($1, $2, $3, $4, '{}', $5, 0, $6, $6, $7, 5, $8, $9, $10, $11, $12)`,
    [
      id,
      given.tenantId ?? 'default',
      given.queue ?? 'default',
      name,
      state,
      at,
      given.attempt ?? (running ? 1 : 0),
      given.losses ?? 0,
      given.uniqueKey ?? null,
      running ? (given.workerId ?? newId()) : null,
      running ? newId() : null,
      running ? at : null,
    ],
  )
  return id
}

/** Ends an open job as if an attempt had done it. */
export async function finishJob(
  database: Database,
  id: string,
  { startedAt, endedAt, result = null }: { startedAt: Date; endedAt: Date; result?: string | null },
): Promise<void> {
  const [job] = await database.query<{ fence: string }>(
    `UPDATE linehaul.job
     SET state = 'running', attempt = 1, worker_id = gen_random_uuid(), fence = gen_random_uuid(), claimed_at = $2
     WHERE id = $1 RETURNING fence::text`,
    [id, startedAt],
  )
  const ending = {
    id,
    fence: job?.fence ?? '',
    state: 'done',
    result,
    error: null,
    keepMs: 86_400_000,
  } as const
  await finish(database, [ending], endedAt)
}
