import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'

import type { Executor } from './database.js'
import { PostgresDatabase } from './postgres.js'

const refused = {
  code: 'DATABASE_UNAVAILABLE',
  retryable: true,
  cause: expect.objectContaining({ message: 'no answer within 300 ms' }) as Error,
}

/** Waits for whoever holds the lock. */
const SLOW = 'SELECT pg_advisory_lock(4712)'
const LET_GO = 'SELECT pg_advisory_unlock_all()'

describe.runIf(inject('databaseKinds').includes('server'))('a statement that the server is slow with', () => {
  let db: PostgresDatabase
  /** The one session of this holds the lock. */
  let holder: PostgresDatabase

  beforeEach(async () => {
    const url = inject('serverUrl')
    db = new PostgresDatabase({ url, maxConnections: 1, patience: '300ms' })
    holder = new PostgresDatabase({ url, maxConnections: 1 })
    await holder.query(SLOW)
  })
  afterEach(() => Promise.all([db.close(), holder.close()]))

  const patienceIsOver = () =>
    expect(db.background().query(SLOW), 'what was begun later is given up').rejects.toMatchObject(refused)

  /** What was begun before has its answer, though patience was over before there could be one. */
  async function expectAnswer(begun: Promise<unknown>): Promise<void> {
    await patienceIsOver()
    await holder.query(LET_GO)
    expect(await begun).toHaveLength(1)
  }

  test('is given up when it is prompt, and the next call has a connection that works', async () => {
    await expect(db.query(SLOW, [], { prompt: true })).rejects.toMatchObject(refused)
    expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  test('is given up inside of a prompt transaction, and so is the transaction', async () => {
    const work = db.transaction((tx) => tx.query(SLOW), { prompt: true })
    await expect(work).rejects.toMatchObject(refused)
    expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  test('has its time where nothing was said', () => expectAnswer(db.query(SLOW)))

  test('has its time in a transaction where nothing was said', () =>
    expectAnswer(db.transaction((tx) => tx.query(SLOW))))

  test('has its time in the background if that is unhurried', () =>
    expectAnswer(db.background('unhurried').query(SLOW)))

  test('leaves its transaction to the server to end, if that is prompt or of the background, and then alone', async () => {
    const limitOf = async (of: Executor) => (await of.query('SHOW idle_in_transaction_session_timeout'))[0]
    const limited = { idle_in_transaction_session_timeout: '300ms' }
    const unlimited = { idle_in_transaction_session_timeout: '0' }
    expect(await db.transaction(limitOf, { prompt: true })).toEqual(limited)
    expect(await db.background().transaction(limitOf)).toEqual(limited)
    expect(await db.background('unhurried').transaction(limitOf)).toEqual(limited)
    expect(await db.transaction(limitOf)).toEqual(unlimited)
    expect(await limitOf(db)).toEqual(unlimited)
  })

  test('is cancelled, so that given up ones do not pile up on the server', { timeout: 20_000 }, async () => {
    const holding = db.query('SELECT pg_advisory_lock(4713), pg_sleep(60)', [], { prompt: true })
    await expect(holding).rejects.toMatchObject(refused)
    // Its session ends, and its lock is free, as soon as the server hears that nobody waits.
    await db.query('SELECT pg_advisory_lock(4713)')
  })

  test('is not given up when its answer came while the event loop stood still', async () => {
    await db.query('SELECT 1')
    const answer = db.query('SELECT 2 AS n', [], { prompt: true })
    await new Promise(setImmediate) // it is sent
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    expect(await answer).toEqual([{ n: 2 }])
  })

  test('that does not end is not waited for when the database is closed', async () => {
    const cut = db.query('SELECT pg_sleep(60)')
    const rejected = expect(cut).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    await db.close()
    await rejected
  })
})
