import { expect, test } from 'vitest'

import { newId, type Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { aJob, clearJobs, engineering } from './engine-fixture.js'

onEachDatabase((database) => {
  /** An attempt that has the job, and one that lost it. */
  async function aJobTakenOver() {
    await clearJobs(database())
    const clock = new FakeClock()
    const id = await aJob(database(), { name: 'test.work', state: 'running', at: clock.now() })
    const { recorder } = engineering(database(), clock, [])
    return { id, recorder, fence: await fenceOf(database(), id), lostFence: newId() }
  }

  test('an attempt that lost its job does not hear how the one that has it ended, though both are written at once', async () => {
    const { id, recorder, fence, lostFence } = await aJobTakenOver()
    const ending = { id, result: null, error: null, keepMs: 0 }
    const [lost, ended] = await Promise.all([
      recorder.finish({ ...ending, fence: lostFence, state: 'dead' }),
      recorder.finish({ ...ending, fence, state: 'done' }),
    ])
    expect(lost).toBeUndefined()
    expect(ended).toBe('done')
  })

  test('nor where the other one stands after it was put back', async () => {
    const { id, recorder, fence, lostFence } = await aJobTakenOver()
    const back = { id, delayMs: 1_000, spent: true, lost: false, ended: 'failed' as const, error: null }
    const [lost, ended] = await Promise.all([
      recorder.putBack({ ...back, fence: lostFence }),
      recorder.putBack({ ...back, fence }),
    ])
    expect(lost).toBeUndefined()
    expect(ended).toMatchObject({ id, state: 'scheduled' })
  })
})

async function fenceOf(db: Database, id: string): Promise<string> {
  const [job] = await db.query<{ fence: string }>('SELECT fence::text FROM linehaul.job WHERE id = $1', [id])
  return job?.fence ?? ''
}
