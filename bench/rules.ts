import { z } from 'zod'

import { migrate, PostgresDatabase } from '../src/database/index.js'
import { createRules, defineRule, type RuleParts } from '../src/rules/index.js'
import { schema } from '../src/schema.js'
import { systemClock } from '../src/time/index.js'
import { withBenchDatabase } from './bench-database.js'

const LOOK_UPS = 1_000_000
const CHANGES = 200
const OTHERS = 10_000

const limit = defineRule('bench.limit', z.int().min(0), { default: 0, description: 'What changes.' })
const OWNER = {
  tenantId: 'default',
  actor: 'user:bench',
  role: 'owner',
  scopes: null,
  businessUnitId: null,
} as const

/**
 * How long a look-up takes, and how long a change takes from its commit until it is in force in another pool of connections with a
 * memory of its own; with few rules and with ten thousand.
 *
 *   npm run bench:rules      (DATABASE_URL names a server; a database is made and dropped)
 */
async function main(): Promise<void> {
  await withBenchDatabase('rules', async (url) => {
    const [here, there] = [new PostgresDatabase({ url }), new PostgresDatabase({ url })]
    const [writing, reading] = [rulesOn(here), rulesOn(there)]
    try {
      await migrate(here, schema)
      await Promise.all([writing.cache.start(), reading.cache.start()])
      await report('few rules', writing, reading)
      await here.query(FILL, [OTHERS])
      await report(`${OTHERS} rules besides`, writing, reading)
    } finally {
      await Promise.all([writing.cache.stop(), reading.cache.stop()])
      await Promise.all([here.close(), there.close()])
    }
  })
}

const FILL = /* sql */ `
INSERT INTO linehaul.rule
  (id, name, value, category, effective_from, status, author, created_at, activated_at, activated_by)
SELECT gen_random_uuid(), 'bench.limit', '1', 'bench', '2020-01-01', 'active', 'user:bench', now(), now(), 'user:bench'
FROM generate_series(1, $1::int)`

function rulesOn(database: PostgresDatabase): RuleParts {
  const onError = (error: unknown) => console.error(error)
  return createRules({
    database,
    declared: [limit],
    taken: [],
    variable: () => undefined,
    clock: systemClock,
    onError,
  })
}

async function report(when: string, writing: RuleParts, reading: RuleParts): Promise<void> {
  const latencies: number[] = []
  for (let value = 1; value <= CHANGES; value += 1) latencies.push(await timeChange(writing, reading, value))
  latencies.sort((a, b) => a - b)
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) =>
    (latencies[Math.ceil(share * CHANGES) - 1] ?? 0).toFixed(1),
  )
  console.log(`${when}: in force elsewhere after ${p50} ms (p50), ${p99} ms (p99), ${most} ms (most)`)
  console.log(`${when}: a look-up takes ${timeLookUps(reading).toFixed(0)} ns`)
}

/** From the commit on, in milliseconds. */
async function timeChange({ rules }: RuleParts, { cache }: RuleParts, value: number): Promise<number> {
  const inForce = new Promise<number>((resolve) => {
    const leave = cache.onChange(() => {
      if (cache.inForce('default').get(limit) !== value) return
      leave()
      resolve(systemClock.monotonicMs())
    })
  })
  await rules.create(OWNER, { name: limit.name, value })
  const committedMs = systemClock.monotonicMs()
  return Math.max(0, (await inForce) - committedMs)
}

/** Of one, in nanoseconds. */
function timeLookUps({ cache }: RuleParts): number {
  const beganMs = systemClock.monotonicMs()
  for (let n = 0; n < LOOK_UPS; n += 1) cache.inForce('default').get(limit)
  return ((systemClock.monotonicMs() - beganMs) * 1e6) / LOOK_UPS
}

await main()
