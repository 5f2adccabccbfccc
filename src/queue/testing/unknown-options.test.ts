import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { waitFor } from '../attempt/outcome.js'
import { eachTestHasAWorkbench } from './workbench.js'

// What JavaScript may say although types forbid it.
onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  const wish = () => ({ name: bench().work.name, payload: {}, tenantId: 'default' })
  const refused = (where: string) => ({
    code: 'JOBS_UNKNOWN_OPTION',
    message: expect.stringContaining(where) as string,
  })

  test('a bulk operation with a misspelt filter does nothing, instead of meaning every job', async () => {
    const { engine } = bench()
    await engine.start()
    const done = bench().ended()
    const id = await bench().enqueue()
    await done
    const bulk = { action: 'delete', filter: { nam: 'test.other' } } as never
    await expect(engine.operator.bulk('default', bulk)).rejects.toMatchObject(refused('"nam" of the filter'))
    await bench().pass('1s')
    expect(await bench().get(id)).toMatchObject({ state: 'done' })
  })

  test.each<[string, () => Promise<unknown>]>([
    ['"quue" of a list of jobs', () => operator().list('default', { limit: 1, quue: 'x' } as never)],
    ['"nam" of a count of jobs', () => operator().count('default', { nam: 'x' } as never)],
    ['"afer" of a log', () => operator().logs('default', 'x', { afer: 1 } as never)],
    ['"job" of a list of schedules', () => schedules().list('default', { job: 'x' } as never)],
    [
      '"crn" of the schedule a.b/c',
      () => schedules().update('default', 'a.b/c', { crn: 'x' } as never, 'ada'),
    ],
    ['"evry" of a new schedule', () => schedules().create('default', { evry: '1d' } as never, 'ada')],
  ])('the option %s is refused', async (where, ask) => {
    await expect(ask()).rejects.toMatchObject(refused(where))
  })

  const operator = () => bench().engine.operator
  const schedules = () => bench().engine.schedules

  test('jobs that were meant for a transaction are not written outside of it', async () => {
    const { engine } = bench()
    const txn = { txn: {} } as never
    await expect(engine.client.enqueueMany([wish()], txn)).rejects.toMatchObject(refused('of enqueueMany'))
    await expect(engine.enqueueFlow({ one: wish() }, txn)).rejects.toMatchObject(refused('of enqueueFlow'))
    expect(await engine.operator.count('default', {})).toMatchObject({ count: 0 })
  })

  test('a child with an unknown option is a failure of its parent’s attempt', async () => {
    bench().handler = async () => waitFor([{ ...wish(), prioriy: 1 } as never])
    const ended = bench().ended()
    await bench().engine.start()
    const id = await bench().enqueue()
    await ended
    expect(await bench().get(id)).toMatchObject({
      state: 'scheduled',
      attempts: [{ ended: 'failed', error: refused('"prioriy" for a job such as test.work') }],
    })
  })
})
