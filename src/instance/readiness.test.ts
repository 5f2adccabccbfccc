import { expect, test } from 'vitest'

import { FaultyDatabase } from '../database/testing/faulty-database.js'
import { onEachDatabase } from '../database/testing/test-database.js'
import { schema } from '../schema.js'
import { FakeClock } from '../time/testing/fake-clock.js'
import { judgeReadiness, readinessOf } from './readiness.js'

const step = (state: 'applied' | 'waiting' | 'unknown' | 'changed') =>
  ({ part: 'queue', number: 1, name: 'job', state, appliedAt: null }) as const
const well = { steps: [step('applied')], leaderSilentMs: 900, waitingTooLong: 0 }

test('all is well', () => {
  const checks = { database: 'ok', migrations: 'ok', leader: 'ok', oldestWaiting: 'ok' }
  expect(judgeReadiness(well)).toEqual({ status: 'ok', checks })
})

test('a database that does not answer makes it not ready', () => {
  expect(judgeReadiness(undefined)).toMatchObject({
    status: 'not ready',
    checks: { database: 'failing', migrations: 'unknown', leader: 'unknown', oldestWaiting: 'unknown' },
  })
})

test('a schema that is not that of this version makes it not ready', () => {
  expect(judgeReadiness({ steps: [step('applied'), step('waiting')] })).toMatchObject({
    status: 'not ready',
    checks: { database: 'ok', migrations: 'failing', leader: 'unknown', oldestWaiting: 'unknown' },
  })
})

test.each([undefined, 31_000])(
  'a leader that has been silent for %s ms is none: it serves, degraded',
  (ms) => {
    expect(judgeReadiness({ ...well, leaderSilentMs: ms })).toMatchObject({
      status: 'degraded',
      checks: { leader: 'failing', oldestWaiting: 'unknown' },
    })
  },
)

test('jobs that wait too long leave it serving, degraded: another process would not mend that', () => {
  expect(judgeReadiness({ ...well, waitingTooLong: 1 })).toMatchObject({
    status: 'degraded',
    checks: { leader: 'ok', oldestWaiting: 'failing' },
  })
})

onEachDatabase((real) => {
  test('a database that takes more than two seconds makes it not ready, and why is told', async () => {
    const [database, clock, told] = [new FaultyDatabase(real()), new FakeClock(), [] as unknown[]]
    const onError = (error: unknown, where: string) => told.push([where, error])
    const look = readinessOf(database, schema, { clock, onError })
    const held = database.holdNext(/-- find leader/)
    const looked = look()
    await held.reached
    clock.advance('2s')
    expect(await looked).toMatchObject({ status: 'not ready', checks: { database: 'failing' } })
    expect(told).toEqual([['look whether ready', expect.objectContaining({ code: 'LOOK_LATE' })]])
    held.release()
    await database.idle()
    expect(await look()).toMatchObject({ checks: { database: 'ok', migrations: 'ok' } })
  })

  test('a fault of ours in the look is told too, and not only answered as a database that is away', async () => {
    const [database, told] = [new FaultyDatabase(real()), [] as unknown[]]
    const onError = (error: unknown) => told.push(error)
    const mistake = new Error('a mistake')
    database.failNext(/-- find leader/, mistake)
    const look = readinessOf(database, schema, { clock: new FakeClock(), onError })
    expect(await look()).toMatchObject({ status: 'not ready' })
    expect(told).toEqual([mistake])
  })
})
