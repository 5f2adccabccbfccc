import { afterEach, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { waitFor } from '../attempt/outcome.js'
import type { FlowPart } from '../flow/flow.js'
import { request } from '../enqueue/request.js'
import { eachTestHasAWorkbench } from './workbench.js'

const MANY = 10_000

const options = { tenantId: 'default' }

onEachDatabase((database, kind) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 500 } })
  const part = (n: number): FlowPart => request(bench().work, { n }, options)
  const times: string[] = []
  afterEach(() => console.log(`${kind}: ${times.splice(0).join(', ')}`))

  async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const before = performance.now()
    const result = await work()
    times.push(`${what} ${Math.round(performance.now() - before)} ms`)
    return result
  }

  const parts = (of: (n: number) => FlowPart): [string, FlowPart][] =>
    Array.from({ length: MANY }, (_, n) => [`part ${n}`, of(n + 1)])

  const countDone = async () => {
    const [row] = await database().query<{ done: number }>(
      `SELECT count(*)::int AS done FROM linehaul.job_archive WHERE state = 'done'`,
    )
    return row?.done
  }

  test('ten thousand parts run after one, and one after them', async () => {
    const { engine } = bench()
    const middle = parts((n) => ({ ...part(n), after: ['first'] }))
    const flow = Object.fromEntries([
      ['first', part(0)],
      ...middle,
      ['last', { ...part(-1), after: middle.map(([key]) => key) }],
    ])
    let awaited = 0
    bench().handler = async ({ n }, attempt) => {
      if (n === -1) awaited = (await timed('read what was awaited', () => attempt.awaited())).length
      return n
    }
    await timed('put in 1 + 10,000 + 1', () => engine.enqueueFlow(flow))
    await engine.start()
    await timed('run them', () => bench().database.idle())
    expect(awaited).toBe(MANY)
    expect(await countDone()).toBe(MANY + 2)
  }, 120_000)

  test('a job runs again once the ten thousand children it asked for have ended', async () => {
    const { engine } = bench()
    bench().handler = async ({ n }, attempt) => {
      if (n !== 0) return n
      const awaited = await attempt.awaited()
      if (awaited.length === 0) return waitFor(parts(part).map(([, child]) => child))
      return awaited.reduce((sum, { result }) => sum + (result as number), 0)
    }
    await engine.start()
    const blocked = bench().ended()
    const id = await bench().enqueue(0)
    await timed('block one on 10,000', () => blocked)
    await timed('run them and it', () => bench().database.idle())
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: (MANY * (MANY + 1)) / 2 })
  }, 120_000)
})
