import { beforeEach, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { toMs } from '../../time/index.js'
import type { EngineOptions } from '../engine-options.js'
import type { QueueSettings } from '../work/queue-settings.js'
import { aJob, type Fixture } from './engine-fixture.js'
import { Turnstile, type TurnstileJob } from './turnstile.js'
import { eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  let turnstile: Turnstile
  let critical: TurnstileJob
  let other: TurnstileJob

  beforeEach(() => {
    turnstile = new Turnstile()
    critical = turnstile.job('test.critical', { queue: 'critical' })
    other = turnstile.job('test.other', { queue: 'other' })
  })

  async function anEngineWith(
    settings: QueueSettings,
    options: Partial<EngineOptions<unknown>> = {},
  ): Promise<Fixture> {
    const queues = { critical: settings, other: {} }
    const fixture = bench().anotherEngine({ jobs: [critical, other], queues, concurrency: 10, ...options })
    await fixture.engine.start()
    return fixture
  }

  async function enqueue({ engine }: Fixture, job: TurnstileJob, count: number): Promise<void> {
    const one = { name: job.name, tenantId: 'default', payload: { key: job.queue } }
    await engine.client.enqueueMany(Array<typeof one>(count).fill(one))
  }

  const insideOf = (queue: string) => turnstile.inside.filter(({ key }) => key === queue)

  test('a queue never runs more than its concurrency on all workers together, and holds up no other', async () => {
    const first = await anEngineWith({ concurrency: 2 })
    await anEngineWith({ concurrency: 2 })
    await bench().pass('5s') // one that starts on an embedded database takes all others for dead until they beat again
    await enqueue(first, critical, 5)
    await enqueue(first, other, 8)
    await bench().pass('250ms')
    expect(insideOf('other')).toHaveLength(8)
    for (let left = 5; left > 0; left--) {
      expect(insideOf('critical')).toHaveLength(Math.min(2, left))
      insideOf('critical')[0]?.end()
      await bench().pass('250ms')
    }
    expect(turnstile.begun.filter((begun) => begun.startsWith('critical'))).toHaveLength(5)
  })

  test('a slot that a full queue gives back is filled at once', async () => {
    const fixture = await anEngineWith({ concurrency: 1 })
    await enqueue(fixture, critical, 2)
    await bench().pass('1ms')
    await enqueue(fixture, other, 1) // has the worker look while the queue is full
    await bench().pass('1ms')
    insideOf('critical')[0]?.end()
    await bench().pass('1ms')
    expect(turnstile.begun).toEqual(['critical@default', 'other@default', 'critical@default'])
  })

  test('no stretch of time sees more starts of a queue than its rate allows', async () => {
    const started: number[] = []
    critical = turnstile.job('test.critical', {
      queue: 'critical',
      run: async () => void started.push(bench().clock.now().getTime()),
    })
    const settings: QueueSettings = { rate: { max: 3, per: '10s' } }
    const first = await anEngineWith(settings, { concurrency: 2 })
    await anEngineWith(settings, { concurrency: 2 })
    await enqueue(first, critical, 1)
    await bench().pass('7s')
    await enqueue(first, critical, 8)
    for (let n = 0; n < 100 && started.length < 9; n++) await bench().pass('250ms')
    expect(started).toHaveLength(9)
    for (const from of started)
      expect(started.filter((at) => at >= from && at < from + toMs('10s')).length).toBeLessThanOrEqual(3)
    expect((started.at(-1) ?? 0) - (started[0] ?? 0)).toBeLessThanOrEqual(toMs('28s'))
  })

  test('a job that has lost a worker counts as any other', async () => {
    const at = bench().clock.now()
    const waiting = { name: 'test.critical', queue: 'critical', state: 'waiting', at } as const
    await aJob(database(), { ...waiting, losses: 1 })
    await aJob(database(), waiting)
    await anEngineWith({ concurrency: 1 })
    await bench().pass('250ms')
    expect(turnstile.inside).toHaveLength(1)
    turnstile.inside[0]?.end()
    await bench().pass('250ms')
    expect(turnstile.begun).toHaveLength(2)
    expect(turnstile.most).toBe(1)
  })

  test.each<[QueueSettings]>([[{ concurrency: 0 }], [{ rate: { max: 0.5, per: '1s' } }]])(
    'an engine refuses the settings %j',
    async (settings) => {
      await expect(anEngineWith(settings)).rejects.toMatchObject({
        code: 'JOBS_INVALID_OPTION',
        message: expect.stringMatching(/critical a limit that is/) as unknown,
      })
    },
  )
})
