import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { keepsWith } from '../../schema.js'
import { ENGINE_KEEPS, type Keep } from '../keep.js'
import { eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { keeps: keepsWith() } })

  const nothing = Object.fromEntries([...ENGINE_KEEPS, ...keepsWith()].map(({ table }) => [table, 0]))

  async function cleanUp(): Promise<unknown> {
    const { engine } = bench()
    const done = bench().ended(({ name }) => name === 'jobs.clean-up')
    const [job] = await engine.client.enqueueMany([
      { name: 'jobs.clean-up', payload: {}, tenantId: 'default' },
    ])
    await engine.start()
    expect(await done).toMatchObject({ state: 'done' })
    return (await bench().get(job?.id ?? '')).result
  }

  test('what is older than its table keeps is deleted, in batches, and the result says how much', async () => {
    const { clock } = bench()
    await database().query(
      `INSERT INTO linehaul.event (id, tenant_id, type, subject, data, at)
       SELECT gen_random_uuid(), 'default', 'shipment.created', 'shipment:1', '{}', $1::timestamptz - n * interval '1 day'
       FROM generate_series(399, 1500) AS n`,
      [clock.now()],
    )
    await database().query(
      `INSERT INTO linehaul.job_window (tenant_id, name, unique_key, job_id, until)
       VALUES ('default', 'x', 'past', gen_random_uuid(), $1::timestamptz - interval '1 s'),
              ('default', 'x', 'to come', gen_random_uuid(), $1::timestamptz + interval '1 s')`,
      [clock.now()],
    )
    await database().query(
      `INSERT INTO linehaul.pause_history (tenant_id, queue, name, paused_by, reason, paused_at, resumed_by, resumed_at)
       SELECT '', 'default', '', 'ada', 'x', $1::timestamptz - interval '500 d', 'bob', $1::timestamptz - n * interval '1 d'
       FROM unnest(ARRAY[399, 401]) AS n`,
      [clock.now()],
    )
    expect(await cleanUp()).toEqual({ ...nothing, job_window: 1, pause_history: 1, event: 1_100 })
    expect(await database().query('SELECT unique_key AS key FROM linehaul.job_window')).toEqual([
      { key: 'to come' },
    ])
    const rest = await database().query<{ rows: number }>('SELECT count(*)::int AS rows FROM linehaul.event')
    expect(rest).toEqual([{ rows: 2 }])
  })

  test('mails are forgotten a quarter after they ended, later where none could be sent, and never while they are in doubt', async () => {
    const { clock } = bench()
    await database().query(
      `INSERT INTO linehaul.delivery (id, tenant_id, cause, channel, recipient, state, sent_at, created_at, changed_at)
       SELECT gen_random_uuid(), 'default', gen_random_uuid()::text, 'email', state || ' ' || age, state, $1::timestamptz,
         $1::timestamptz - interval '500 d', $1::timestamptz - age * interval '1 d'
       FROM unnest(ARRAY['sent', 'failed', 'kept', 'in-doubt']) AS state, unnest(ARRAY[89, 91, 181]) AS age`,
      [clock.now()],
    )
    expect(await cleanUp()).toEqual({ ...nothing, delivery: 5 })
    const rest = await database().query<{ recipient: string }>('SELECT recipient FROM linehaul.delivery')
    expect(rest.map(({ recipient }) => recipient).sort()).toEqual([
      'failed 89',
      'in-doubt 181',
      'in-doubt 89',
      'in-doubt 91',
      'kept 89',
      'kept 91',
      'sent 89',
    ])
  })

  test('it is due at two in the night', async () => {
    const tenants = async () => [{ id: 'default', timeZone: 'Asia/Tokyo' }]
    await bench().anotherEngine({ tenants }).engine.start()
    await bench().pass('1s')
    const due = await database().query(
      `SELECT next_at AS "nextAt" FROM linehaul.schedule WHERE job_name = 'jobs.clean-up'`,
    )
    expect(due).toEqual([{ nextAt: new Date('2026-01-06T02:00:00Z') }])
  })

  test('every table with a keep is there, with its column', async () => {
    const missing: Keep[] = []
    for (const keep of [...ENGINE_KEEPS, ...keepsWith()]) {
      const found = await database().query(
        `SELECT FROM information_schema.columns
         WHERE table_schema = 'linehaul' AND table_name = $1 AND column_name = $2
           AND data_type IN ('timestamp with time zone', 'date')`,
        [keep.table, keep.column],
      )
      if (found.length === 0) missing.push(keep)
    }
    expect(missing).toEqual([])
  })

  test('a keep that is no plain name is refused', () => {
    const wrong = [{ table: 'event; DROP TABLE job', column: 'at', for: '1d' as const }]
    expect(() => bench().anotherEngine({ keeps: wrong })).toThrow(/snake_case/)
  })
})
