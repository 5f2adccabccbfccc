import { parseArgs } from 'node:util'

import { z } from 'zod'

import { migrate, PostgresDatabase } from '../src/database/index.js'
import { defineJob, Engine, queueMigrations, request, waitFor, type JobOptions } from '../src/queue/index.js'
import { systemClock } from '../src/time/index.js'
import { withBenchDatabase } from './bench-database.js'

const TENANT = { tenantId: 'default' }
const KEYS = 100

/**
 * Times the same jobs three times in turn: by themselves, counted against the limits of 100 keys, and as children that a job waits for.
 *
 *   npm run bench:limits -- --count 10000 --rounds 3     (DATABASE_URL names a server; databases are made and dropped)
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
  })
  const count = Number(values.count)
  for (let round = 1; round <= Number(values.rounds); round++) {
    const plain = await time(count, {})
    const limited = await time(count, {
      limits: [{ key: ({ n }) => `key ${n % KEYS}`, concurrency: 2 }],
    })
    const children = await timeChildren(count)
    console.log(
      `${count} jobs by themselves ${text(plain)}; against ${KEYS} keys with concurrency 2 ${text(limited)}: ` +
        `${(limited / plain).toFixed(2)} times; as children of one job ${text(children)}: ${(children / plain).toFixed(2)} times`,
    )
  }
}

const text = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

type Limits = Pick<JobOptions<{ n: number }, unknown>, 'limits'>

const work = (limits: Limits) =>
  defineJob<{ n: number }>({
    name: 'bench.work',
    queue: 'default',
    payload: z.object({ n: z.number() }),
    run: async () => undefined,
    ...limits,
  })

/** From the first enqueue to the last end, in ms. */
async function time(count: number, limits: Limits): Promise<number> {
  const job = work(limits)
  return withEngine([job], count, async (engine) => {
    await engine.client.enqueueMany(Array.from({ length: count }, (_, n) => request(job, { n }, TENANT)))
  })
}

async function timeChildren(count: number): Promise<number> {
  const child = work({})
  const parent = defineJob({
    name: 'bench.parent',
    queue: 'default',
    payload: z.object({}),
    run: async (_payload, _needs, attempt) =>
      (await attempt.awaited()).length > 0
        ? undefined
        : waitFor(Array.from({ length: count }, (_, n) => request(child, { n }, TENANT))),
  })
  // The parent ends twice: when it begins to wait, and when all have ended.
  return withEngine([child, parent], count + 2, (engine) => engine.enqueue(parent, {}, TENANT))
}

async function withEngine(
  jobs: ConstructorParameters<typeof Engine>[0]['jobs'],
  ends: number,
  begin: (engine: Engine<unknown>) => Promise<unknown>,
): Promise<number> {
  let tookMs = 0
  await withBenchDatabase('limits', async (url) => {
    const database = new PostgresDatabase({ url })
    const engine = new Engine({ database, jobs, needs: {}, concurrency: 100 })
    try {
      await migrate(database, [queueMigrations])
      await engine.start()
      const startedMs = systemClock.monotonicMs()
      const allEnded = new Promise<void>((resolve) => {
        let ended = 0
        engine.signals.on('attempt.ended', () => {
          ended += 1
          if (ended === ends) resolve()
        })
      })
      await begin(engine)
      await allEnded
      tookMs = systemClock.monotonicMs() - startedMs
    } finally {
      await engine.stop('5s')
      await database.close()
    }
  })
  return tookMs
}

await main()
