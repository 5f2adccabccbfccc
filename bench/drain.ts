import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { z } from 'zod'

import { migrate, openEmbedded, PostgresDatabase, type Database } from '../src/database/index.js'
import { defineJob, Engine, queueMigrations, request } from '../src/queue/index.js'

/**
 * Times the engine's own overhead: jobs that do nothing, put in one by one and all at once, and drained.
 *
 *   npm run bench:drain -- --on server --count 60000 --concurrency 100 --tenants 100
 *   npm run bench:drain -- --on embedded --count 20000
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      on: { type: 'string', default: 'server' },
      count: { type: 'string', default: '60000' },
      concurrency: { type: 'string', default: '100' },
      tenants: { type: 'string', default: '1' },
    },
  })
  const [count, concurrency, tenants] = [
    Number(values.count),
    Number(values.concurrency),
    Number(values.tenants),
  ]
  const { database, remove } = await open(values.on)
  try {
    await migrate(database, [queueMigrations])
    let left = count
    let drained: () => void = () => undefined
    const done = new Promise<void>((resolve) => (drained = resolve))
    const noop = defineJob<{ n: number }>({
      name: 'bench.no-op',
      queue: 'default',
      payload: z.object({ n: z.number() }),
      run: async () => ({ ok: true }),
    })
    const engine = new Engine({ database, jobs: [noop], needs: {}, concurrency, onError: console.error })
    engine.signals.on('attempt.ended', () => {
      left -= 1
      if (left === 0) drained()
    })

    const tenant = (n: number) => ({ tenantId: `t${n % tenants}` })
    const singles = Math.min(count, 20_000)
    let n = 0
    const caller = async () => {
      while (n < singles) await engine.enqueue(noop, { n: (n += 1) }, tenant(n))
    }
    const enqueued = await timed(() => Promise.all(Array.from({ length: 200 }, caller)))
    report(`enqueue, 200 callers`, n, enqueued)
    const rest = Array.from({ length: count - n }, (_, i) => request(noop, { n: i }, tenant(i)))
    const bulk = await timed(() => engine.client.enqueueMany(rest))
    if (rest.length > 0) report('enqueue in bulk', rest.length, bulk)
    left += n - singles

    const drain = await timed(async () => {
      await engine.start()
      await done
    })
    report(`drain at concurrency ${concurrency}`, count, drain)
    await engine.stop('1s')
    const [{ archived = 0 } = {}] = await database.query<{ archived: number }>(
      `SELECT count(*)::int AS archived FROM linehaul.job_archive WHERE state = 'done' AND attempt = 1`,
    )
    console.log(`${archived} done at the first attempt`)
  } finally {
    await remove()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

function report(what: string, count: number, tookMs: number): void {
  console.log(`${what}: ${Math.round((count / tookMs) * 1000).toLocaleString('en')} jobs/s`)
}

async function open(kind: string): Promise<{ database: Database; remove(): Promise<void> }> {
  if (kind === 'embedded') {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-bench-'))
    const database = await openEmbedded({ folder })
    return {
      database,
      remove: () => database.close().then(() => rm(folder, { recursive: true, force: true })),
    }
  }
  const url = new URL(process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1/test')
  const admin = new PostgresDatabase({ url: url.href })
  const name = `linehaul_bench_${randomUUID().replaceAll('-', '')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const database = new PostgresDatabase({ url: Object.assign(new URL(url), { pathname: `/${name}` }).href })
  return {
    database,
    async remove() {
      await database.close()
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.close()
    },
  }
}

await main()
