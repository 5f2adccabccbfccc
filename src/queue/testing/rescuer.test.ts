import { describe, expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { Rescuer } from '../duty/rescuer.js'
import { aJob, engineering } from './engine-fixture.js'
import { otherWorkers } from './other-workers.js'
import { eachTestHasAWorkbench, type Workbench } from './workbench.js'

onEachDatabase((database, kind) => {
  const bench = eachTestHasAWorkbench(database)
  const { aWorker, whileLocked } = otherWorkers(bench)

  const rescuerOf = ({ database, clock, work, unique }: Workbench) =>
    new Rescuer(engineering(database, clock, [work, unique]), newId(), () => undefined)

  /** Lets a rescuer look once a second for a while. @returns how many jobs it gave back. */
  async function watch(rescuer: Rescuer, seconds: number): Promise<number> {
    let rescued = 0
    for (let n = 0; n < seconds; n++) {
      bench().clock.advance('1s')
      rescued += (await rescuer.runOnce()).rescued
    }
    return rescued
  }

  test.runIf(kind === 'server')(
    'a job whose end lies in a transaction that stands still holds up the rescue of no other',
    async () => {
      const lost = { name: 'test.work', state: 'running', at: bench().clock.ago('1h') } as const
      const locked = await aJob(database(), lost)
      const free = await aJob(database(), lost)
      const { clock, work } = bench()
      const rescuer = new Rescuer(
        engineering(database().background(), clock, [work]),
        newId(),
        () => undefined,
      )
      await database().transaction(async (tx) => {
        await tx.query('SELECT FROM linehaul.job WHERE id = $1 FOR UPDATE', [locked]) // as finish(tx) does
        expect(await rescuer.runOnce()).toEqual({ rescued: 1 })
      })
      expect(await bench().get(free)).toMatchObject({ state: 'waiting', losses: 1 })
      expect(await rescuer.runOnce()).toEqual({ rescued: 1 })
      expect(await bench().get(locked)).toMatchObject({ state: 'waiting', losses: 1 })
    },
  )

  describe('a worker in another process', () => {
    const running = (workerId: string) =>
      aJob(database(), { name: 'test.work', state: 'running', at: bench().clock.now(), workerId })

    test('whose lock is free at two looks a second apart is dead, although it was just heard of', async () => {
      const id = await running(await aWorker())
      const rescuer = rescuerOf(bench())
      expect(await rescuer.runOnce()).toEqual({ rescued: 0 })
      bench().clock.advance('999ms')
      expect(await rescuer.runOnce()).toEqual({ rescued: 0 })
      bench().clock.advance('1ms')
      expect(await rescuer.runOnce()).toEqual({ rescued: 1 })
      expect(await bench().get(id)).toMatchObject({ state: 'waiting', losses: 1 })
      expect(await database().query('SELECT id FROM linehaul.worker')).toEqual([])
    })

    test('without a lock to hold is judged by its heartbeat alone', async () => {
      await running(await aWorker(null))
      const rescuer = rescuerOf(bench())
      await rescuer.runOnce()
      expect(await watch(rescuer, 15)).toBe(0)
      bench().clock.advance('1ms')
      expect(await rescuer.runOnce()).toEqual({ rescued: 1 })
    })

    test.runIf(kind === 'server')('that holds its lock lives, for as long as it is heard of', async () => {
      await running(await aWorker())
      const rescuer = rescuerOf(bench())
      await whileLocked(async () => {
        await rescuer.runOnce()
        expect(await watch(rescuer, 15)).toBe(0)
        bench().clock.advance('1ms')
        expect(await rescuer.runOnce()).toEqual({ rescued: 1 })
      })
    })

    test.runIf(kind === 'server')(
      'that was silent while nobody could look is not dead before two beats more are missing',
      async () => {
        await running(await aWorker())
        const rescuer = rescuerOf(bench())
        await whileLocked(async () => {
          await rescuer.runOnce()
          bench().clock.advance('1m') // as when a migration locks the table
          expect(await rescuer.runOnce()).toEqual({ rescued: 0 })
          expect(await watch(rescuer, 9)).toBe(0)
          expect(await watch(rescuer, 1)).toBe(1)
        })
      },
    )

    test('whose lock is free after nobody could look, as before, is given a second to take it', async () => {
      await running(await aWorker())
      const rescuer = rescuerOf(bench())
      await rescuer.runOnce()
      bench().clock.advance('1m')
      expect(await rescuer.runOnce()).toEqual({ rescued: 0 })
      expect(await watch(rescuer, 1)).toBe(1)
    })

    test.runIf(kind === 'server')('that has its lock back in between is not dead', async () => {
      await running(await aWorker())
      const rescuer = rescuerOf(bench())
      await rescuer.runOnce()
      bench().clock.advance('500ms')
      await whileLocked(() => rescuer.runOnce())
      bench().clock.advance('500ms')
      expect(await rescuer.runOnce()).toEqual({ rescued: 0 })
      bench().clock.advance('1s')
      expect(await rescuer.runOnce()).toEqual({ rescued: 1 })
    })

    test('is not judged for a lease by one that was cut off itself', async () => {
      await running(await aWorker())
      const rescuer = rescuerOf(bench())
      bench().clock.advance('1m')
      rescuer.startOver()
      await rescuer.runOnce()
      expect(await watch(rescuer, 14)).toBe(0)
      bench().clock.advance('999ms')
      expect(await rescuer.runOnce()).toEqual({ rescued: 0 })
      bench().clock.advance('1ms')
      expect(await rescuer.runOnce()).toEqual({ rescued: 1 })
    })
  })
})
