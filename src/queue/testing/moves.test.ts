import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'

import type { Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import type { Duration } from '../../time/index.js'
import { IllegalMoveError, JobNotFoundError, PermanentError } from '../errors.js'
import { cancel, snooze, waitFor } from '../attempt/outcome.js'
import { request, type OnClash } from '../enqueue/request.js'
import { mayMove, type JobState } from '../state.js'
import { clearJobs } from './engine-fixture.js'
import { Workbench, type Handler } from './workbench.js'

/** Writes down every state that a job is ever in, in order, wherever its row lies. */
const OBSERVE = /* sql */ `
CREATE TABLE public.sighting (seq bigint GENERATED ALWAYS AS IDENTITY, job_id uuid, state text);
CREATE FUNCTION public.sight() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.sighting (job_id, state) VALUES (NEW.id, NEW.state);
  RETURN NULL;
END $$;
CREATE TRIGGER sight AFTER INSERT OR UPDATE OF state ON linehaul.job FOR EACH ROW EXECUTE FUNCTION public.sight();
CREATE TRIGGER sight AFTER INSERT ON linehaul.job_archive FOR EACH ROW EXECUTE FUNCTION public.sight();`

async function listMoves(db: Database): Promise<{ from: JobState | null; to: JobState }[]> {
  return db.query(
    `SELECT lag(state) OVER (PARTITION BY job_id ORDER BY seq) AS "from", state AS "to" FROM public.sighting ORDER BY seq`,
  )
}

/** The payload of jobs that wait for nobody. */
const LEAF = 7

type Step = (bench: Workbench, pick: (n: number) => string | undefined) => Promise<unknown>

const endings: Record<string, Handler> = {
  done: async () => 'done',
  failure: async () => Promise.reject(new Error('carrier is down')),
  'permanent failure': async () => Promise.reject(new PermanentError('no such store')),
  snooze: async () => snooze('5s'),
  cancel: async () => cancel('nothing to do'),
  'wait for a child': async ({ n }, attempt) => {
    if (n === LEAF || (await attempt.awaited()).length > 0) return 'done'
    return waitFor([{ name: 'test.work', payload: { n: LEAF }, tenantId: attempt.tenantId }])
  },
  'wait for the signal': (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
}

const clashes: readonly OnClash[] = ['keep', 'replace', { debounce: '2s', atMost: '9s' }]

const forgiving = async (call: Promise<unknown>): Promise<void> => {
  await call.catch((error: unknown) => {
    if (!(error instanceof IllegalMoveError || error instanceof JobNotFoundError)) throw error
  })
}

const fromNowOn = (ending: string): [string, Step] => [
  `from now on ${ending}`,
  async (bench) => {
    bench.handler = endings[ending] as Handler
  },
]

const enqueueIn = (delay: '0ms' | '3s'): [string, Step] => [
  `enqueue in ${delay}`,
  ({ engine, work }) => engine.enqueue(work, {}, { tenantId: 'default', delay }),
]

const goBy = (time: Duration): [string, Step] => [`${time} go by`, (bench) => bench.pass(time)]

/** What is looked for at the end, and might not come by chance. */
const aRetry = [fromNowOn('failure'), enqueueIn('3s'), goBy('12s')]
const aChild = [fromNowOn('wait for a child'), enqueueIn('3s'), goBy('12s'), goBy('12s')]

const nth = fc.nat(9)
const aStep: fc.Arbitrary<[string, Step]> = fc.oneof(
  fc.constantFrom<['0ms', '3s']>('0ms', '3s').map(enqueueIn),
  fc
    .tuple(fc.constantFrom(...clashes), fc.nat(1))
    .map(([onClash, n]): [string, Step] => [
      `enqueue key ${n}, ${JSON.stringify(onClash)}`,
      ({ engine, unique }) => engine.enqueue(unique, { n }, { tenantId: 'default', onClash }),
    ]),
  fc.constantFrom('cancel' as const, 'run' as const).map((onParentDead): [string, Step] => [
    `enqueue a flow, ${onParentDead} when a parent is dead`,
    ({ engine, work }) => {
      const part = request(work, {}, { tenantId: 'default' })
      return engine.enqueueFlow({ a: part, b: part, c: { ...part, after: ['a', 'b'], onParentDead } })
    },
  ]),
  nth.map((n): [string, Step] => [
    `cancel ${n}`,
    ({ engine }, pick) => forgiving(engine.operator.cancel('default', pick(n) ?? '', 'changed my mind')),
  ]),
  nth.map((n): [string, Step] => [
    `retry ${n}`,
    ({ engine }, pick) => forgiving(engine.operator.retry('default', pick(n) ?? '')),
  ]),
  fc.constantFrom(...Object.keys(endings)).map(fromNowOn),
  fc.constantFrom<Duration[]>('200ms', '2s', '12s', '61s').map(goBy),
  fc.constant<[string, Step]>([
    'all workers are lost',
    ({ database }) => database.query('DELETE FROM linehaul.worker'),
  ]),
  fc
    .constantFrom(/^\s*-- claim/, /^\s*-- finish/, /^\s*-- put back/)
    .chain((when) =>
      fc
        .boolean()
        .map((after): [string, Step] => [
          `${after ? 'the answer to' : ''} ${when.source} is lost`,
          async ({ database }) => database.failNext(when, undefined, { after }),
        ]),
    ),
)

onEachDatabase((database) => {
  beforeAll(async () => {
    await database().transaction((tx) => tx.script(OBSERVE))
  })

  test('whatever people, handlers, time and faults do, a job makes none but legal moves', async () => {
    const seen = new Set<string>()
    const run = fc.asyncProperty(fc.array(aStep, { minLength: 5, maxLength: 25 }), async (steps) => {
      await clearJobs(database())
      await database().query('TRUNCATE public.sighting')
      const bench = new Workbench(database(), { engine: { concurrency: 2 } })
      try {
        await bench.engine.start()
        for (const [, step] of steps) {
          const jobs = await bench.engine.operator.list('default', { limit: 10 })
          await step(bench, (n) => jobs[n % jobs.length]?.id)
        }
        await bench.pass('1s')
      } finally {
        await bench.close()
      }
      const moves = await listMoves(database())
      for (const { from, to } of moves) {
        seen.add(`${from} -> ${to}`)
        if (from === null) expect(['scheduled', 'blocked', 'waiting', 'running']).toContain(to)
        else expect(mayMove(from, to), `${from} -> ${to}`).toBe(true)
      }
      expect(await database().query(`SELECT id FROM linehaul.job WHERE state = 'running'`)).toEqual([])
    })
    await fc.assert(run, { numRuns: 10, seed: 61, endOnFailure: true, examples: [[aRetry], [aChild]] })
    // Else the property would hold for want of anything to observe.
    for (const move of [
      'waiting -> running',
      'running -> done',
      'running -> scheduled',
      'scheduled -> waiting',
      'running -> blocked',
      'blocked -> waiting',
      'blocked -> cancelled',
    ])
      expect(seen).toContain(move)
  }, 60_000)
})
