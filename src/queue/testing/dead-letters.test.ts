import { expect, test } from 'vitest'
import { z } from 'zod'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { defineJob, type AnyJob } from '../define-job.js'
import { aDeafHandler, eachTestHasAWorkbench } from './workbench.js'

const ship = defineJob<{ order: string }>({
  name: 'test.ship',
  queue: 'default',
  payload: z.object({ order: z.string().min(1) }),
  subject: ({ order }) => `order:${order}`,
  uniqueKey: ({ order }) => order,
  keep: { dead: '90d' },
  run: async () => undefined,
})

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, {})
  const operator = () => bench().engine.operator
  const BURIED = { state: 'dead', error: { code: 'JOBS_BURIED', message: 'no such order' } }
  const bury = (id: string, one = operator()) => one.bury('default', id, 'no such order')

  /** One that knows how to ship. */
  const aShipper = () =>
    bench().anotherEngine({ jobs: [bench().work as AnyJob<unknown>, ship as AnyJob<unknown>] }).engine

  test('a job that waits is buried at once, keeps what it was, and is listed among the dead', async () => {
    const engine = aShipper()
    const { id } = await engine.enqueue(ship, { order: 'A' }, { tenantId: 'default' })
    expect(await bury(id, engine.operator)).toMatchObject({
      ...BURIED,
      ...{ subject: 'order:A', attempt: 0, attempts: [], finishedAt: bench().clock.now() },
    })
    expect(await operator().list('default', { state: 'dead', limit: 9 })).toMatchObject([{ id }])
    await expect(bury(id)).rejects.toMatchObject({ code: 'JOBS_ILLEGAL_MOVE' })
    await expect(bury(newId())).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' })
    const [row] = await database().query(`SELECT expires_on - $1::date AS days FROM linehaul.job_archive`, [
      bench().clock.now(),
    ])
    expect(row).toEqual({ days: 91 })
  })

  test('a job that runs is taken from its handler, which hears of it and can no longer end it', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    const { signal } = await begun
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
    expect(await bury(id)).toMatchObject({ ...BURIED, attempt: 1, attempts: [{ number: 1, ended: 'dead' }] })
    await aborted // with no time gone by: the engine that buries looks at once
    const ended = bench().ended()
    letGo('finished all the same')
    await ended
    expect(await bench().get(id)).toMatchObject({ ...BURIED, result: null })
  })

  test('a dead job is given another payload, and stays dead until it is replayed; one that waits is not', async () => {
    const engine = aShipper()
    const { id } = await engine.enqueue(ship, { order: 'B' }, { tenantId: 'default' })
    const edit = (order: string) => engine.operator.edit('default', id, { payload: { order } })
    await expect(edit('C')).rejects.toMatchObject({ code: 'JOBS_ILLEGAL_MOVE' })
    await bury(id, engine.operator)
    await expect(edit('')).rejects.toMatchObject({ code: 'JOBS_INVALID_PAYLOAD' })
    expect(await edit('C')).toMatchObject({ ...BURIED, payload: { order: 'C' }, subject: 'order:C' })
  })

  test('a dead job is replayed with another payload, and what follows from that', async () => {
    const engine = aShipper()
    const { id } = await engine.enqueue(ship, { order: 'A' }, { tenantId: 'default' })
    await bury(id, engine.operator)
    const replay = (payload?: unknown) => engine.operator.replay('default', id, { payload })
    await expect(replay({ order: '' })).rejects.toMatchObject({ code: 'JOBS_INVALID_PAYLOAD' })
    expect(await bench().get(id)).toMatchObject({ state: 'dead', payload: { order: 'A' } })
    expect(await replay({ order: 'B' })).toMatchObject({
      ...{ id, state: 'waiting', payload: { order: 'B' }, subject: 'order:B', uniqueKey: 'B', error: null },
    })
    await expect(replay()).rejects.toMatchObject({ code: 'JOBS_ILLEGAL_MOVE' })
  })

  test('a job whose new payload is one that is in line already stays dead, as it was', async () => {
    const engine = aShipper()
    const { id } = await engine.enqueue(ship, { order: 'A' }, { tenantId: 'default' })
    await bury(id, engine.operator)
    await engine.enqueue(ship, { order: 'B' }, { tenantId: 'default' })
    const replay = engine.operator.replay('default', id, { payload: { order: 'B' } })
    await expect(replay).rejects.toMatchObject({ code: 'JOBS_ILLEGAL_MOVE' })
    expect(await bench().get(id)).toMatchObject({ state: 'dead', payload: { order: 'A' } })
  })

  test("nothing is done to the engine's own jobs but for an owner", async () => {
    const { engine } = bench()
    const wish = { name: 'jobs.clean-up', payload: {}, tenantId: 'default', delay: '1h' } as const
    const [job] = await engine.client.enqueueMany([wish])
    const id = job?.id ?? ''
    const owned = { code: 'JOBS_ENGINE_OWNED' }
    await expect(bury(id)).rejects.toMatchObject(owned)
    await expect(operator().cancel('default', id, 'x')).rejects.toMatchObject(owned)
    await expect(operator().retry('default', id)).rejects.toMatchObject(owned)
    await expect(operator().replay('default', id)).rejects.toMatchObject(owned)
    expect(await operator().asOwner.retry('default', id)).toMatchObject({ state: 'waiting' })
    expect(await bury(id, operator().asOwner)).toMatchObject(BURIED)
    expect(await operator().asOwner.replay('default', id)).toMatchObject({ state: 'waiting' })
  })
})
