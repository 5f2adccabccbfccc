import { beforeEach, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import type { PauseTarget } from '../limit/pause-target.js'
import { request, type RequestOptions } from '../enqueue/request.js'
import { aJob } from './engine-fixture.js'
import { QueuePolicies } from '../policy/queue-policies.js'
import { aListeningHandler, eachTestHasAWorkbench, type Handler } from './workbench.js'

test.each([
  [{ weight: 3 }, true],
  [{ concurrency: 5 }, false],
  [{ rate: { max: 1, per: '1s' as const } }, false],
  [undefined, false],
])('a queue with the settings %j takes jobs at once: %j', (settings, takes) => {
  const queues = new QueuePolicies(new Map(settings && [['default', settings]]))
  expect(queues.takeAtOnce('default')).toBe(takes)
})

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 2 } })

  const forever: Handler = (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))

  /** A worker that has looked for work, found none, and sleeps. */
  beforeEach(async () => {
    bench().handler = forever
    await bench().engine.start()
    await bench().pass('0ms')
  })

  /** From now on nothing is claimed. */
  function refuseClaims(): void {
    for (let n = 0; n < 5; n++) bench().database.failNext(/^\s*-- claim/)
  }

  /** Puts some in where nothing is claimed, and tells where all jobs stand. */
  async function enqueue(count: number, options: Partial<RequestOptions> = {}): Promise<readonly string[]> {
    const { engine, work } = bench()
    refuseClaims()
    await engine.client.enqueueMany(
      Array.from({ length: count }, () => request(work, {}, { tenantId: 'default', ...options })),
    )
    return states()
  }

  async function states(): Promise<readonly string[]> {
    const rows = await database().query<{ state: string }>('SELECT state FROM linehaul.job ORDER BY seq')
    return rows.map(({ state }) => state)
  }

  test('what is put in where slots are free begins without a claim, and no more of it than there are slots', async () => {
    expect(await enqueue(3)).toEqual(['running', 'running', 'waiting'])
  })

  test('an attempt that was handed over knows all that one knows that was claimed', async () => {
    const { handler, begun } = aListeningHandler()
    bench().handler = handler
    const about = { actor: 'user:7', correlationId: 'c-1', subject: 'order:SO-1', context: { trace: 't' } }
    await enqueue(1, { ...about, priority: 3, maxAttempts: 2, timeout: '30s' })
    const { clock } = bench()
    expect(await begun).toMatchObject({
      ...about,
      name: 'test.work',
      queue: 'default',
      tenantId: 'default',
      number: 1,
      maxAttempts: 2,
      runAt: clock.now(),
      createdAt: clock.now(),
    })
    await bench().pass('30s')
    expect((await begun).signal.aborted).toBe(true)
  })

  test.each<[string, Partial<RequestOptions>]>([
    ['is not due', { delay: '1s' }],
    ['may be there already', { id: '01890a5d-ac96-774b-bcce-b302099a8057' }],
  ])('what %s is left to a claim', async (_, options) => {
    expect(await enqueue(1, options)).not.toContain('running')
  })

  test('what has a unique key is left to a claim', async () => {
    refuseClaims()
    await bench().engine.enqueue(bench().unique, { n: 1 }, { tenantId: 'default' })
    expect(await states()).toEqual(['waiting'])
  })

  test('behind others of its queue it waits for its turn', async () => {
    await aJob(database(), { name: 'test.other', state: 'waiting', at: bench().clock.now() })
    expect(await enqueue(1)).toEqual(['waiting', 'waiting'])
  })

  test.each<PauseTarget>([
    { queue: 'default' },
    { name: 'test.work' },
    { tenantId: 'default' },
    { tenantId: 'default', queue: 'default' },
  ])('while %j is paused it is not handed over', async (target) => {
    await bench().engine.pauses.pause(target, { by: 'user:1', reason: 'stock-taking' })
    expect(await enqueue(1)).not.toContain('running')
  })

  test('a write that fails keeps no slot', async () => {
    bench().database.failNext(/^\s*-- insert jobs/)
    await expect(enqueue(2)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(await enqueue(2)).toEqual(['running', 'running'])
  })

  test('what comes in while the worker stops goes back, and none of it begins', async () => {
    let begun = 0
    bench().handler = async () => void (begun += 1)
    const write = bench().database.holdNext(/^\s*-- insert jobs/)
    const enqueued = bench().enqueue()
    await write.reached
    const stopped = bench().engine.stop('1m')
    write.release()
    await stopped
    expect(await bench().get(await enqueued)).toMatchObject({ state: 'waiting', attempt: 0 })
    expect(begun).toBe(0)
  })

  test('what was written, but whose answer was lost, is given back and runs later', async () => {
    bench().handler = async () => 'done'
    bench().database.failNext(/^\s*-- insert jobs/, undefined, { after: true })
    await expect(bench().enqueue()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    const ended = bench().ended()
    for (let n = 0; n < 4; n++) await bench().pass('500ms')
    expect(await ended).toMatchObject({ state: 'done' })
  })
})
