import { z } from 'zod'

import { migrate, PostgresDatabase } from '../src/database/index.js'
import { defineJob, Engine, queueMigrations } from '../src/queue/index.js'
import { systemClock } from '../src/time/index.js'
import { withBenchDatabase } from './bench-database.js'

const BACKLOG = 2_000
const WARM_UP_MS = 15_000
const QUESTIONS = 60

/**
 * Asks when waiting jobs will start while a worker has a steady load of jobs of 10 to 50 ms, and compares it with when they did.
 *
 *   npm run bench:estimate      (DATABASE_URL names a server; a database is made and dropped)
 */
async function main(): Promise<void> {
  await withBenchDatabase('estimate', async (url) => {
    const database = new PostgresDatabase({ url })
    const startedAt = new Map<string, number>()
    const work = defineJob<{ ms: number }>({
      name: 'bench.work',
      queue: 'default',
      payload: z.object({ ms: z.number() }),
      run: async ({ ms }, _needs, { jobId }) => {
        startedAt.set(jobId, systemClock.now().getTime())
        await new Promise<void>((resolve) => systemClock.after(ms, resolve))
      },
    })
    const engine = new Engine({ database, jobs: [work], needs: {}, concurrency: 10 })
    try {
      await migrate(database, [queueMigrations])
      const waiting: string[] = []
      const fill = async (): Promise<void> => {
        const missing = BACKLOG - (waiting.length - startedAt.size)
        const wishes = Array.from({ length: Math.max(0, missing) }, (_, n) => ({
          name: work.name,
          payload: { ms: 10 + (n % 41) },
          tenantId: ['a', 'b', 'b', 'b'][n % 4] ?? 'a',
        }))
        for (const { id } of await engine.client.enqueueMany(wishes)) waiting.push(id)
      }
      await fill()
      await engine.start()
      await keepFull(fill, WARM_UP_MS)
      const guesses = await ask(engine, waiting, startedAt, fill)
      for (let rest = guesses.filter(({ id }) => !startedAt.has(id)); rest.length > 0;) {
        await keepFull(fill, 1_000)
        rest = rest.filter(({ id }) => !startedAt.has(id))
      }
      report(guesses.map((guess) => ({ ...guess, actualMs: (startedAt.get(guess.id) ?? 0) - guess.askedMs })))
    } finally {
      await engine.stop('5s')
      await database.close()
    }
  })
}

async function keepFull(fill: () => Promise<void>, forMs: number): Promise<void> {
  const untilMs = systemClock.monotonicMs() + forMs
  while (systemClock.monotonicMs() < untilMs) {
    await fill()
    await new Promise<void>((resolve) => systemClock.after(200, resolve))
  }
}

interface Guess {
  readonly id: string
  readonly askedMs: number
  readonly guessedMs: number
}

async function ask(
  { operator }: Engine<unknown>,
  made: readonly string[],
  startedAt: ReadonlyMap<string, number>,
  fill: () => Promise<void>,
): Promise<readonly Guess[]> {
  const guesses: Guess[] = []
  for (let question = 0; question < QUESTIONS; question++) {
    await keepFull(fill, 200)
    const waiting = made.filter((id) => !startedAt.has(id))
    const id = waiting[Math.floor((question / QUESTIONS) * waiting.length)] ?? ''
    const askedMs = systemClock.now().getTime()
    for (const tenantId of ['a', 'b']) {
      const answer = await operator.explain(tenantId, id).catch(() => undefined)
      if (answer?.reason === 'in-line' && answer.estimatedStartAt)
        guesses.push({ id, askedMs, guessedMs: answer.estimatedStartAt.getTime() - askedMs })
    }
  }
  return guesses
}

function report(guesses: readonly (Guess & { actualMs: number })[]): void {
  // Both at least a poll's length: which of two slots is free first cannot be told.
  const factors = guesses
    .map(({ guessedMs, actualMs }) => Math.max(guessedMs, 50) / Math.max(actualMs, 50))
    .map((factor) => Math.max(factor, 1 / factor))
    .sort((a, b) => a - b)
  const at = (part: number) => (factors[Math.floor(part * (factors.length - 1))] ?? Number.NaN).toFixed(2)
  const waited = guesses.map(({ actualMs }) => actualMs).sort((a, b) => a - b)
  process.stdout.write(
    `${guesses.length} guesses of waits from ${waited[0]} to ${waited.at(-1)} ms: off by a factor of ${at(0.5)} at the median, ${at(0.9)} at p90, ${at(1)} at worst\n`,
  )
}

await main()
