import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { aJob } from './engine-fixture.js'
import { eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)

  /** Somebody else's worker that serves the queue `default` and does nothing. */
  const aWorker = () =>
    database().query(
      `INSERT INTO linehaul.worker (id, host, pid, queues, concurrency, started_at, heartbeat_at)
       VALUES (gen_random_uuid(), 'far-away', 7, '{default}', 1, $1, $1)`,
      [bench().clock.now()],
    )

  test('a held job names the limit that is full', async () => {
    await aWorker()
    const { engine, work } = bench()
    const limited = { ...work, limits: [{ concurrency: 1 }, { rate: { max: 5, per: '1m' as const } }] }
    const { operator, enqueue } = bench().anotherEngine({ jobs: [limited] }).engine
    const { id } = await enqueue(limited, {}, { tenantId: 'default' })
    const running = await aJob(database(), { name: 'test.work', state: 'running', at: bench().clock.now() })
    await database().query(`UPDATE linehaul.job SET limit_keys = '{test.work/0,test.work/1}' WHERE id = $1`, [
      running,
    ])
    expect(await operator.explain('default', id)).toMatchObject({
      state: 'held',
      reason: 'limit-full',
      sentence: 'It is held back by the limit test.work/0: 1 are running and no more than 1 may.',
      details: { key: 'test.work/0', running: 1, concurrency: 1 },
      estimatedStartAt: null, // nobody knows how long the other runs
    })
    await database().query('DELETE FROM linehaul.job WHERE id = $1', [running])
    expect(await operator.explain('default', id)).toMatchObject({ reason: 'about-to-be-admitted' })
    expect(engine).toBeDefined()
  })

  /** An engine whose jobs may start twice in a minute, as two did 50 and 20 seconds ago; only one may run at a time. */
  async function aBusyRate() {
    await aWorker()
    const { work, clock } = bench()
    const limited = {
      ...work,
      limits: [{ rate: { max: 2, per: '1m' as const } }, { key: () => 'dock', concurrency: 1 }],
    }
    const { engine } = bench().anotherEngine({ jobs: [limited] })
    await database().query(
      `INSERT INTO linehaul.bucket_start (key, at, until)
       SELECT 'test.work/0', $1::timestamptz - ago, $1::timestamptz FROM unnest('{50 s, 20 s}'::interval[]) AS ago`,
      [clock.now()],
    )
    const held = async (tenantId: string) => (await engine.enqueue(limited, {}, { tenantId })).id
    const estimate = async (tenantId: string, id: string) => {
      const { estimatedStartAt } = await engine.operator.explain(tenantId, id)
      return estimatedStartAt && (estimatedStartAt.getTime() - clock.now().getTime()) / 1_000
    }
    return { engine, held, estimate }
  }

  test('a job held by a rate starts when those before it, its tenant’s and others in turn, have had their place', async () => {
    const { engine, held, estimate } = await aBusyRate()
    const [first, second] = [await held('default'), await held('default')]
    expect(await estimate('default', first)).toBe(10)
    expect(await estimate('default', second)).toBe(40)
    const others = [await held('other'), await held('other'), await held('other')]
    expect(await estimate('default', first)).toBe(40) // one of the other tenant may be before it
    expect(await estimate('default', second)).toBe(100) // and two, besides its own
    expect(await estimate('other', others[2] ?? '')).toBe(130)
    expect(await engine.operator.explain('default', second)).toMatchObject({
      reason: 'limit-full',
      sentence:
        'It is held back by the limit test.work/0: no more than 2 may start within 60 seconds. It may start in about 100 seconds, behind 3 others.',
      details: { key: 'test.work/0', rate: { max: 2, perMs: 60_000 }, ahead: 3, running: 0 },
    })
  })

  test('a job held by a rate has no estimate while a limit of another kind is full, too, or while it is paused', async () => {
    const { engine, held, estimate } = await aBusyRate()
    const id = await held('default')
    const running = await aJob(database(), { name: 'test.work', state: 'running', at: bench().clock.now() })
    await database().query(
      `UPDATE linehaul.job SET limit_keys = '{test.work/1/default/dock}' WHERE id = $1`,
      [running],
    )
    expect(await estimate('default', id)).toBeNull()
    await database().query('DELETE FROM linehaul.job WHERE id = $1', [running])
    expect(await estimate('default', id)).toBe(10)
    await engine.pauses.pause({ queue: 'default' }, { by: 'ada', reason: 'the dock is closed' })
    expect(await estimate('default', id)).toBeNull()
  })
})
