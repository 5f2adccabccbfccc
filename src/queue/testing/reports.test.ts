import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { toMs } from '../../time/index.js'
import type { Attempt } from '../attempt/attempt.js'
import { snooze } from '../attempt/outcome.js'
import { ENGINE_KEEPS, type Keep } from '../keep.js'
import { deleteOld } from '../store/delete-old.js'
import { aDeafHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 4 } })
  const logs = (id: string, wish?: { after?: number; limit?: number }) =>
    bench().engine.operator.logs('default', id, wish)

  /** Starts one job that goes on until it is let go. */
  async function begin() {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    const attempt = await begun
    await bench().database.idle()
    return { id, attempt, letGo }
  }

  /** Runs one job to its end. */
  async function run(handler: (attempt: Attempt) => void) {
    bench().handler = async (_, attempt) => handler(attempt)
    await bench().engine.start()
    const ended = bench().ended()
    const id = await bench().enqueue()
    const event = await ended
    return { id, event }
  }

  test('progress and logs are written about once a second, however often they are told', async () => {
    const { id, attempt, letGo } = await begin()
    for (let percent = 1; percent <= 40; percent++) {
      attempt.progress(percent, { step: 'nesting', message: `part ${percent}` })
      attempt.log('info', `part ${percent}`, { part: percent })
    }
    expect(await bench().get(id)).toMatchObject({ progress: null })
    const at = bench().clock.now()
    await bench().pass('1s')
    expect((await bench().get(id)).progress).toEqual({
      percent: 40,
      step: 'nesting',
      message: 'part 40',
      at: at.toISOString(),
    })
    const lines = await logs(id)
    expect(lines).toHaveLength(40)
    expect(lines[0]).toMatchObject({ attempt: 1, at, level: 'info', message: 'part 1', data: { part: 1 } })
    letGo()
  })

  test('a finished job shows its last progress, and its log is there once its end is told', async () => {
    const { id } = await run((attempt) => {
      attempt.progress(100)
      attempt.log('warn', 'one part does not fit')
    })
    expect(await bench().get(id)).toMatchObject({ state: 'done', progress: { percent: 100, step: null } })
    expect(await logs(id)).toMatchObject([{ level: 'warn', message: 'one part does not fit', data: null }])
  })

  test('what is told in the moment of a finish in a transaction is kept as well', async () => {
    bench().handler = async (_, attempt) => {
      attempt.progress(99)
      await bench().database.transaction((tx) => attempt.finish(tx))
      attempt.progress(100)
      attempt.log('info', 'after the commit')
    }
    await bench().engine.start()
    const ended = bench().ended()
    const id = await bench().enqueue()
    await ended
    expect(await bench().get(id)).toMatchObject({ state: 'done', progress: { percent: 99 } })
    expect(await logs(id)).toMatchObject([{ message: 'after the commit' }])
    expect(bench().errors).toEqual([])
  })

  test('a progress outside 0 to 100 and an unknown level are refused', async () => {
    const { attempt, letGo } = await begin()
    const code = 'JOBS_INVALID_OPTION'
    for (const percent of [-1, 101, NaN])
      expect(() => attempt.progress(percent)).toThrow(expect.objectContaining({ code }))
    expect(() => attempt.log('fatal' as 'error', 'x')).toThrow(expect.objectContaining({ code }))
    letGo()
  })

  test('an attempt that sees in its progress that its job is another worker’s stops', async () => {
    const { attempt, letGo } = await begin()
    await database().query('UPDATE linehaul.job SET fence = gen_random_uuid()')
    bench().database.failNext(/^\s*-- list held/) // the watcher would see it as well
    bench().database.failNext(/^\s*-- list held/)
    attempt.progress(50)
    await bench().pass('1s')
    expect(attempt.signal.reason).toMatchObject({ code: 'JOBS_STOPPED_BY_LEASE' })
    const ended = bench().ended()
    letGo()
    expect(await ended).toMatchObject({ state: 'lost' })
  })

  test('an attempt keeps a thousand lines, and says how many more there were', async () => {
    const { id } = await run((attempt) => {
      for (let n = 1; n <= 1_250; n++) attempt.log('debug', `line ${n}`)
    })
    const last = await logs(id, { after: 0, limit: 2_000 })
    expect(last).toHaveLength(1_001)
    expect(last.at(-1)).toMatchObject({
      level: 'warn',
      message: '250 more lines were dropped: an attempt keeps 1000.',
    })
  })

  test('a line never fails an attempt: what cannot be stored is cut or replaced by the reason', async () => {
    const { id, event } = await run((attempt) => {
      attempt.log('info', `\0${'x'.repeat(3_000)}`, 10n)
      attempt.log('info', 'big', 'x'.repeat(20_000))
    })
    expect(event).toMatchObject({ state: 'done' })
    const [first, second] = await logs(id)
    expect(first?.message).toBe(`\u{fffd}${'x'.repeat(1_999)}`)
    expect(first?.data).toMatchObject({ dropped: expect.stringContaining('BigInt') })
    expect(second?.data).toEqual({ dropped: '20002 bytes, more than the 16384 allowed' })
  })

  test('lines come page by page, those of all attempts in order', async () => {
    let runs = 0
    bench().handler = async (_, attempt) => {
      for (const n of [1, 2]) attempt.log('info', `run ${runs + 1} line ${n}`)
      return (runs += 1) === 1 ? snooze('0s') : undefined
    }
    await bench().engine.start()
    const done = bench().ended(({ state }) => state === 'done')
    const id = await bench().enqueue()
    await done
    const first = await logs(id, { limit: 3 })
    const rest = await logs(id, { limit: 3, after: first.at(-1)?.seq ?? 0 })
    expect([...first, ...rest].map(({ message }) => message)).toEqual([
      'run 1 line 1',
      'run 1 line 2',
      'run 2 line 1',
      'run 2 line 2',
    ])
  })

  test('another tenant sees no log', async () => {
    const { id } = await run((attempt) => attempt.log('info', 'ours'))
    await expect(bench().engine.operator.logs('stranger', id)).rejects.toMatchObject({
      code: 'JOBS_NOT_FOUND',
    })
  })

  test.each([
    ['is lost', { after: true }],
    ['fails', { after: false }],
  ])('lines whose write %s are there once, and the job ends as it should', async (_, how) => {
    bench().handler = async (_, attempt) => attempt.log('info', 'once')
    bench().database.failNext(/^\s*-- insert log lines/, undefined, how)
    await bench().engine.start()
    const id = await bench().enqueue()
    for (let n = 0; n < 3; n++) await bench().pass('500ms')
    expect(bench().database.hasFailedAsAsked).toBe(true)
    expect(await bench().get(id)).toMatchObject({ state: 'done', attempt: 1, losses: 0 })
    expect(await logs(id)).toMatchObject([{ message: 'once' }])
  })

  test('lines that cannot be written for another reason are reported, and the job ends all the same', async () => {
    bench().database.failNext(/^\s*-- insert log lines/, new Error('no such thing'))
    const { id } = await run((attempt) => attempt.log('info', 'never seen'))
    expect(await bench().get(id)).toMatchObject({ state: 'done' })
    expect(bench().errors).toMatchObject([{ message: 'no such thing' }])
  })

  test('what a drained worker was told is written before it has stopped', async () => {
    const { id, attempt, letGo } = await begin()
    attempt.progress(70)
    attempt.log('info', 'almost there')
    const stopped = bench().engine.stop('30s')
    letGo()
    await stopped
    expect(await bench().get(id)).toMatchObject({ state: 'done', progress: { percent: 70 } })
    expect(await logs(id)).toHaveLength(1)
  })

  test('all attempts of a process share one statement for their progress', async () => {
    const attempts: Attempt[] = []
    const { promise: released, resolve: letGo } = resolver()
    bench().handler = (_, attempt) => {
      attempts.push(attempt)
      return released
    }
    await bench().engine.start()
    const ids = await Promise.all([1, 2, 3].map((n) => bench().enqueue(n)))
    await bench().database.idle()
    for (const attempt of attempts) attempt.progress(10)
    const write = bench().database.holdNext(/^\s*-- write progress/)
    bench().clock.advance('1s')
    await write.reached
    const percents = await Promise.all(ids.map(async (id) => (await bench().get(id)).progress?.percent))
    expect(percents).toEqual([10, 10, 10])
    write.release()
    letGo()
  })

  test('lines are forgotten after the longest time that their definition keeps jobs', async () => {
    const { id } = await run((attempt) => attempt.log('info', 'old news'))
    const { clock } = bench()
    clock.advance('30d')
    const keep = ENGINE_KEEPS.find(({ table }) => table === 'job_log') as Keep
    const forget = () => deleteOld(database(), keep, { keepMs: toMs(keep.for), limit: 10, now: clock.now() })
    expect(await forget()).toBe(0)
    clock.advance('1d')
    expect(await forget()).toBe(1)
    expect(await logs(id)).toEqual([])
  })
})

function resolver(): { promise: Promise<undefined>; resolve: () => void } {
  let resolve = () => undefined as void
  const promise = new Promise<undefined>((done) => (resolve = () => done(undefined)))
  return { promise, resolve: () => resolve() }
}
