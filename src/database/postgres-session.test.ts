import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'

import { PostgresDatabase } from './postgres.js'

const refused = {
  code: 'DATABASE_UNAVAILABLE',
  retryable: true,
  cause: expect.objectContaining({ message: 'no answer within 300 ms' }) as Error,
}

const SLOW = `SELECT pg_sleep(0.6)`

describe.runIf(inject('databaseKinds').includes('server'))('a statement that the server is slow with', () => {
  let db: PostgresDatabase

  beforeEach(() => {
    db = new PostgresDatabase({ url: inject('serverUrl'), maxConnections: 1, patience: '300ms' })
  })
  afterEach(() => db.close())

  test('is given up when it is prompt, and the next call has a connection that works', async () => {
    await expect(db.query(SLOW, [], { prompt: true })).rejects.toMatchObject(refused)
    expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  test('is given up inside of a prompt transaction, and so is the transaction', async () => {
    const work = db.transaction((tx) => tx.query(SLOW), { prompt: true })
    await expect(work).rejects.toMatchObject(refused)
    expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  test('has its time where nothing was said', async () => {
    expect(await db.query(SLOW)).toHaveLength(1)
    expect(await db.transaction((tx) => tx.query(SLOW))).toHaveLength(1)
  })

  test('is given up in the background, unless that is unhurried', async () => {
    await expect(db.background().query(SLOW)).rejects.toMatchObject(refused)
    expect(await db.background('unhurried').query(SLOW)).toHaveLength(1)
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
