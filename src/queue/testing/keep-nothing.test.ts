import { beforeEach, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { waitFor } from '../attempt/outcome.js'
import { defineJob } from '../define-job.js'
import { PermanentError } from '../errors.js'
import { anEngine, clearJobs, stopNow } from './engine-fixture.js'

const payload = { parse: (input: unknown) => input as { isBad?: boolean } }

onEachDatabase((database) => {
  beforeEach(() => clearJobs(database()))

  const part = defineJob<{ isBad?: boolean }>({
    name: 'test.part',
    queue: 'default',
    payload,
    keep: { done: '0s' },
    run: async ({ isBad }) => {
      if (isBad) throw new PermanentError('broken')
      return 'a result'
    },
  })
  const whole = defineJob<object>({
    name: 'test.whole',
    queue: 'default',
    payload: { parse: () => ({}) },
    run: async (_payload, _needs, attempt) => {
      const parts = await attempt.awaited()
      if (parts.length > 0) return parts.map(({ result }) => result as string)
      return waitFor([{ name: part.name, payload: {}, tenantId: attempt.tenantId }])
    },
  })

  /** Runs one job to its end. */
  async function run(job: typeof part, isBad: boolean) {
    const fixture = anEngine(database(), [part, whole])
    const { engine } = fixture
    const ended = engine.signals.next('attempt.ended', ({ state }) => state === 'done' || state === 'dead')
    await engine.start()
    const { id } = await engine.enqueue(job, { isBad }, { tenantId: 'default' })
    const { state } = await ended
    await stopNow(fixture)
    const kept = await database().query('SELECT state FROM linehaul.job_archive WHERE id = $1', [id])
    return { state, kept }
  }

  test('a job that is kept for no time is gone once it is done', async () => {
    expect(await run(part, false)).toEqual({ state: 'done', kept: [] })
    expect(await database().query('SELECT id FROM linehaul.job')).toEqual([])
  })

  test('a dead one of the same definition is kept', async () => {
    expect(await run(part, true)).toEqual({ state: 'dead', kept: [{ state: 'dead' }] })
  })

  test('one that another job waits for is there for it, with its result', async () => {
    const fixture = anEngine(database(), [part, whole])
    const { engine } = fixture
    const ended = engine.signals.next(
      'attempt.ended',
      ({ name, state }) => name === whole.name && state === 'done',
    )
    await engine.start()
    const { id } = await engine.enqueue(whole, {}, { tenantId: 'default' })
    await ended
    await stopNow(fixture)
    expect(await database().query('SELECT result FROM linehaul.job_archive WHERE id = $1', [id])).toEqual([
      { result: ['a result'] },
    ])
  })
})
