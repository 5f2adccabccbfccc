import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'

import { isUnavailable, newId, type Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import type { Duration } from '../../time/index.js'
import { IllegalMoveError, JobNotFoundError, NotPausedError, PermanentError } from '../errors.js'
import { cancel, snooze, waitFor } from '../attempt/outcome.js'
import { request, type OnClash } from '../enqueue/request.js'
import type { PauseTarget } from '../limit/pause-target.js'
import { clearJobs, stopNow, type Fixture } from './engine-fixture.js'
import { Workbench, type Handler } from './workbench.js'

/** How many sequences are tried, on each database. */
const SEQUENCES = 8

/** Nothing that can happen below keeps a job open for longer, in minutes. */
const LONGEST = 30

const tenant = { tenantId: 'default' } as const

/** One sequence: the engines, and what its callers know. */
class Story {
  readonly bench: Workbench
  /** Ids that a caller got as an answer. */
  readonly acknowledged = new Set<string>()
  /** Ids that were enqueued in a transaction which was rolled back. */
  readonly rolledBack = new Set<string>()
  #other: Fixture | undefined

  constructor(private readonly database: Database) {
    this.bench = new Workbench(database, { engine: { concurrency: 2 } })
  }

  /** Asks until there is an answer, as callers are told to. */
  async insist(call: () => Promise<{ id: string } | Record<string, { id: string }>>): Promise<void> {
    const answer = await call().catch((error: unknown) => {
      if (!isUnavailable(error)) throw error
    })
    if (!answer) return this.insist(call)
    const all = typeof answer.id === 'string' ? [answer as { id: string }] : Object.values(answer)
    for (const { id } of all) this.acknowledged.add(id)
  }

  /** What a handler does beside its job, in the transaction that ends it. */
  finishing: Handler = (_, attempt) =>
    this.bench.database.transaction(async (tx) => {
      await tx.query('INSERT INTO public.effect (job_id) VALUES ($1)', [attempt.jobId])
      await attempt.finish(tx)
    })

  /** Any of those that were acknowledged. */
  pick(n: number): string {
    const ids = [...this.acknowledged]
    return ids[n % ids.length] ?? newId()
  }

  async startOther(): Promise<void> {
    this.#other ??= this.bench.anotherEngine({ concurrency: 1 })
    await this.#other.engine.start()
  }

  async stopOther(): Promise<void> {
    const other = this.#other
    this.#other = undefined
    if (other) await stopNow(other)
  }

  /** All that was in the way is out of it, and time goes by. */
  async comeToRest(): Promise<void> {
    this.bench.handler = this.finishing
    for (const target of TARGETS) await forgiving(this.bench.engine.pauses.resume(target, { by: 'test:me' }))
    for (let minute = 0; minute < LONGEST && (await this.#isOpen()); minute++) await this.bench.pass('1m')
  }

  async #isOpen(): Promise<boolean> {
    return (await this.database.query('SELECT FROM linehaul.job LIMIT 1')).length > 0
  }
}

type Step = readonly [name: string, take: (story: Story) => Promise<unknown>]

const TARGETS: readonly PauseTarget[] = [{ queue: 'default' }, { name: 'test.work' }, { tenantId: 'default' }]

/** What people may ask for and not get. */
async function forgiving(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    const refusals = [IllegalMoveError, JobNotFoundError, NotPausedError]
    if (!refusals.some((refusal) => error instanceof refusal)) throw error
  })
}

const CHILD = 7

const handlers: Readonly<Record<string, (story: Story) => Handler>> = {
  'are done': () => async () => 'done',
  'finish in a transaction': (story) => story.finishing,
  'finish in a transaction that fails': (story) => async (payload, attempt) => {
    await story.finishing(payload, { ...attempt, finish: () => Promise.reject(new Error('changed my mind')) })
  },
  fail: () => async () => Promise.reject(new Error('carrier is down')),
  'fail for good': () => async () => Promise.reject(new PermanentError('no such store')),
  snooze: () => async () => snooze('5s'),
  cancel: () => async () => cancel('nothing to do'),
  'wait for a child':
    () =>
    async ({ n }, attempt) =>
      n === CHILD || (await attempt.awaited()).length > 0
        ? 'done'
        : waitFor([{ ...tenant, name: 'test.work', payload: { n: CHILD } }]),
  'wait for their signal': () => (_, attempt) =>
    new Promise((_resolve, reject) => {
      if (attempt.signal.aborted) reject(new Error('stopped'))
      attempt.signal.addEventListener('abort', () => reject(new Error('stopped')))
    }),
}

const step = (name: string, take: Step[1]): Step => [name, take]

const enqueues = [
  fc.constantFrom<Duration>('0ms', '3s').map((delay) =>
    step(`enqueue in ${delay}`, (story) => {
      const options = { ...tenant, id: newId(), delay }
      return story.insist(() => story.bench.engine.enqueue(story.bench.work, {}, options))
    }),
  ),
  fc
    .tuple(
      fc.constantFrom<OnClash>('keep', 'replace', { debounce: '2s', atMost: '9s' }),
      fc.nat(1),
      fc.boolean(),
    )
    .map(([onClash, n, isLate]) =>
      step(`enqueue key ${n}, ${JSON.stringify(onClash)}${isLate ? ', for later' : ''}`, (story) => {
        const delay = isLate && typeof onClash === 'string' ? { delay: '3s' as const } : {}
        const options = { ...tenant, id: newId(), onClash, ...delay }
        return story.insist(() => story.bench.engine.enqueue(story.bench.unique, { n }, options))
      }),
    ),
  fc.constantFrom('cancel' as const, 'run' as const).map((onParentDead) =>
    step(`enqueue a flow: ${onParentDead} when a parent is dead`, (story) => {
      const part = () => request(story.bench.work, {}, { ...tenant, id: newId() })
      const flow = { a: part(), b: part(), c: { ...part(), after: ['a', 'b'] as const, onParentDead } }
      return story.insist(() => story.bench.engine.enqueueFlow(flow as never))
    }),
  ),
  fc.boolean().map((commits) =>
    step(`enqueue in a transaction that is ${commits ? 'committed' : 'rolled back'}`, async (story) => {
      const { bench, acknowledged, rolledBack } = story
      const id = newId()
      const written = bench.database.transaction(async (tx) => {
        await bench.engine.enqueue(bench.work, {}, { ...tenant, id, tx })
        if (!commits) throw new Error('changed my mind')
      })
      const isThere = await written.then(
        () => true,
        (error: unknown) => (isUnavailable(error) || !commits ? false : Promise.reject(error as Error)),
      )
      ;(isThere ? acknowledged : rolledBack).add(id)
    }),
  ),
]

const byPeople = [
  fc
    .nat(9)
    .map((n) =>
      step(`cancel ${n}`, (story) =>
        forgiving(story.bench.engine.operator.cancel('default', story.pick(n), 'changed my mind')),
      ),
    ),
  fc
    .nat(9)
    .map((n) =>
      step(`retry ${n}`, (story) => forgiving(story.bench.engine.operator.retry('default', story.pick(n)))),
    ),
  fc
    .tuple(fc.constantFrom(...TARGETS), fc.boolean())
    .map(([target, pauses]) =>
      step(`${pauses ? 'pause' : 'resume'} ${JSON.stringify(target)}`, ({ bench }) =>
        pauses
          ? bench.engine.pauses.pause(target, { by: 'test:me', reason: 'a look' })
          : forgiving(bench.engine.pauses.resume(target, { by: 'test:me' })),
      ),
    ),
]

const byTheWorld = [
  fc.constantFrom(...Object.keys(handlers)).map((what) =>
    step(`handlers ${what}`, async (story) => {
      story.bench.handler = handlers[what]?.(story) as Handler
    }),
  ),
  fc
    .constantFrom<Duration>('200ms', '2s', '12s', '61s')
    .map((time) => step(`${time} go by`, ({ bench }) => bench.pass(time))),
  fc.constant(step('another process starts', (story) => story.startOther())),
  fc.constant(step('the other process stops', (story) => story.stopOther())),
  fc.constant(
    step('all workers are taken for dead', ({ bench }) =>
      bench.database.query('DELETE FROM linehaul.worker'),
    ),
  ),
  fc
    .tuple(fc.constantFrom('claim', 'finish', 'put back', 'insert jobs', 'promote'), fc.boolean())
    .map(([what, after]) =>
      step(`${after ? 'the answer to' : ''} the next ${what} is lost`, async ({ bench }) =>
        bench.database.failNext(new RegExp(`^\\s*-- ${what}`), undefined, { after }),
      ),
    ),
]

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(...enqueues) },
  { weight: 2, arbitrary: fc.oneof(...byPeople) },
  { weight: 5, arbitrary: fc.oneof(...byTheWorld) },
)

/** So that a sequence that fails is told in words. */
const sequence = fc
  .array(anyStep, { minLength: 8, maxLength: 25 })
  .map((steps) =>
    Object.assign([...steps], { [fc.toStringMethod]: () => steps.map(([name]) => name).join('; ') }),
  )

interface Standing {
  readonly id: string
  readonly state: string
  readonly effects: number
}

/** Every job, wherever its row lies. */
function listAll(db: Database): Promise<Standing[]> {
  return db.query(`
    SELECT job.id::text AS "id", state,
           (SELECT count(*)::int FROM public.effect WHERE job_id = job.id) AS "effects"
    FROM (SELECT id, state FROM linehaul.job UNION ALL SELECT id, state FROM linehaul.job_archive) AS job`)
}

onEachDatabase((database) => {
  beforeAll(async () => {
    await database().query('CREATE TABLE public.effect (job_id uuid)')
  })

  async function tell(steps: readonly Step[]): Promise<{ story: Story; jobs: readonly Standing[] }> {
    await clearJobs(database())
    await database().query('DELETE FROM public.effect')
    const story = new Story(database())
    try {
      await story.bench.engine.start()
      for (const [, take] of steps) {
        await take(story)
        await story.bench.database.idle()
      }
      await story.comeToRest()
    } finally {
      await story.bench.close()
    }
    return { story, jobs: await listAll(database()) }
  }

  const ends = new Set<string>()

  test('whatever happens, every job that was acknowledged comes to one end, and takes effect at most once', async () => {
    const holds = fc.asyncProperty(sequence, async (steps) => {
      const { story, jobs } = await tell(steps)
      const ids = jobs.map(({ id }) => id)
      expect(ids.length, 'a job has two rows').toBe(new Set(ids).size)
      const lost = [...story.acknowledged].filter((id) => !ids.includes(id))
      expect(lost, 'acknowledged jobs are gone').toEqual([])
      expect(
        ids.filter((id) => story.rolledBack.has(id)),
        'jobs are there that were rolled back',
      ).toEqual([])
      for (const { id, state, effects } of jobs) {
        expect(['done', 'cancelled', 'dead'], `job ${id} came to no end`).toContain(state)
        expect(effects, `effects of job ${id}, which is ${state}`).toBeLessThanOrEqual(
          state === 'done' ? 1 : 0,
        )
        ends.add(`${state}, ${effects} effects`)
      }
    })
    await fc.assert(holds, { numRuns: SEQUENCES, endOnFailure: true })
    // Else it would hold for want of anything to hold for.
    expect(ends).toContain('done, 1 effects')
  }, 120_000)
})
