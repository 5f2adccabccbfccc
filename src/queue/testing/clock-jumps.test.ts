import { describe, expect, test } from 'vitest'

import { newId, type Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { toMs, type Duration } from '../../time/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { Rescuer } from '../duty/rescuer.js'
import { aJob, clearJobs, engineering } from './engine-fixture.js'
import { beat } from '../store/worker.js'
import { Workbench } from './workbench.js'

/** A clock whose database tells another time than the process. */
class DividedClock extends FakeClock {
  #aheadMs = 0

  override statementTime(): Date {
    return new Date(this.now().getTime() + this.#aheadMs)
  }

  /** Puts the database's clock forward, or back. */
  jump(by: Duration, direction: 1 | -1): void {
    this.#aheadMs += direction * toMs(by)
  }
}

onEachDatabase((database) => {
  async function aBench() {
    await clearJobs(database())
    const clock = new DividedClock()
    const bench = new Workbench(database(), { clock })
    await bench.engine.start()
    await bench.pass('0ms')
    return { bench, clock, enqueue: enqueueIn(bench) }
  }

  const enqueueIn = (bench: Workbench) => async (delay: Duration) =>
    (await bench.engine.enqueue(bench.work, {}, { tenantId: 'default', delay })).id

  describe("when the database's clock is put back by an hour", () => {
    test('what was to run waits for as long, and new jobs run at once', async () => {
      const { bench, clock, enqueue } = await aBench()
      const later = await enqueue('10m')
      clock.jump('1h', -1)
      const now = await enqueue('0ms')
      await bench.pass('1s')
      expect(await bench.get(now)).toMatchObject({ state: 'done' })
      await bench.pass('69m')
      expect(await bench.get(later)).toMatchObject({ state: 'scheduled' })
      await bench.pass('1m')
      expect(await bench.get(later)).toMatchObject({ state: 'done', losses: 0 })
      expect(bench.errors).toEqual([])
      await bench.close()
    })
  })

  describe("when the database's clock is put forward by an hour", () => {
    test('what falls due in between runs now, once', async () => {
      const { bench, clock, enqueue } = await aBench()
      const later = await enqueue('10m')
      clock.jump('1h', 1)
      await bench.pass('1s')
      expect(await bench.get(later)).toMatchObject({ state: 'done', attempt: 1 })
      expect(bench.errors).toEqual([])
      await bench.close()
    })

    test('nobody is taken for dead who goes on beating, and whoever does not is found out', async () => {
      await clearJobs(database())
      const clock = new DividedClock()
      const [alive, dead] = [newId(), newId()]
      const lives = (id: string) => beat(database(), aWorker(id), clock.statementTime())
      const rescuer = new Rescuer(engineering(database(), clock, []), newId(), () => undefined)
      const ids = [await aRunningJob(database(), alive, clock), await aRunningJob(database(), dead, clock)]
      await Promise.all([lives(alive), lives(dead)])
      for (let second = 0; second < 10; second++) {
        clock.advance('1s')
        await rescuer.runOnce()
      }
      clock.jump('1h', 1)
      const rescued: number[] = []
      for (let second = 1; second <= 12; second++) {
        clock.advance('1s')
        rescued.push((await rescuer.runOnce()).rescued)
        if (second % 5 === 0) await lives(alive)
      }
      expect(rescued).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
      const [kept, lost] = await Promise.all(ids.map((id) => stateOf(database(), id)))
      expect([kept, lost]).toEqual(['running', 'waiting'])
    })
  })

  test('a process whose own clock is wrong by hours neither runs a job early nor late', async () => {
    const { bench, clock, enqueue } = await aBench()
    clock.jump('5h', 1)
    await bench.pass('1s')
    const id = await enqueue('10m')
    await bench.pass('9m')
    expect(await bench.get(id)).toMatchObject({ state: 'scheduled' })
    await bench.pass('1m')
    expect(await bench.get(id)).toMatchObject({ state: 'done' })
    await bench.close()
  })
})

const aWorker = (id: string) => ({
  id,
  host: 'elsewhere',
  pid: 1,
  queues: ['default'],
  concurrency: 1,
  names: ['test.work'],
  ticks: true,
})

const aRunningJob = (database: Database, workerId: string, clock: FakeClock): Promise<string> =>
  aJob(database, { name: 'test.work', state: 'running', at: clock.now(), workerId })

async function stateOf(database: Database, id: string): Promise<string | undefined> {
  const [job] = await database.query<{ state: string }>('SELECT state FROM linehaul.job WHERE id = $1', [id])
  return job?.state
}
