import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'

import type { Database } from './database.js'
import { PostgresDatabase } from './postgres.js'
import { openTestDatabase } from './testing/test-database.js'

const KEY = '-6917529027641081857'

const HOLDERS = `
SELECT pid FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = $1::bigint`

/** Tells everyone who listens whether the lock is held. */
const BEAT = { sql: `SELECT pg_notify('beat', $1 || coalesce($2, 'nothing'))`, parameters: ['I hold '] }

describe.runIf(inject('databaseKinds').includes('server'))('a presence', () => {
  let db: Database
  let remove: () => Promise<void>
  let changes: boolean[]
  let heard: (beat: string) => void

  beforeEach(async () => {
    const opened = await openTestDatabase('server')
    db = opened.db
    remove = opened.remove
    changes = []
    heard = () => undefined
    await db.listen('beat', (beat) => heard(beat))
  })
  afterEach(() => remove()) // ends what has begun

  const begin = ({ silentAfterMs = 60_000, on = db } = {}) =>
    on.presence({
      lockKey: KEY,
      beat: BEAT,
      everyMs: 10,
      silentAfterMs,
      onChange: (isShown) => changes.push(isShown),
    })

  /** Resolves once a beat says that the lock is held. */
  const held = () =>
    new Promise<void>((resolve) => {
      heard = (beat) => beat === `I hold ${KEY}` && resolve()
    })
  const holders = async () => (await db.query<{ pid: number }>(HOLDERS, [KEY])).map(({ pid }) => pid)

  test('holds its lock and beats with it, until it ends', async () => {
    const beating = held()
    const presence = await begin()
    expect(presence.isShown).toBe(true)
    await beating
    expect(await holders()).toHaveLength(1)
    await presence.end()
    expect(await holders()).toEqual([])
    expect(changes).toEqual([true])
  })

  test('takes its lock again after its connection broke, and says so', async () => {
    await begin()
    const [pid] = await holders()
    await db.query('SELECT pg_terminate_backend($1, 5000)', [pid])
    while (changes.length < 3) await held()
    expect(changes).toEqual([true, false, true])
    expect(await holders()).toHaveLength(1)
    expect(await holders()).not.toContain(pid)
  })

  test('ends a session of its own that the server still takes for alive', async () => {
    let holding: () => void = () => undefined
    const taken = new Promise<void>((resolve) => (holding = resolve))
    const former = db.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_lock($1::bigint)', [KEY])
      holding()
      await held()
      await tx.query('SELECT 1')
    })
    await taken
    await begin()
    await expect(former).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(await holders()).toHaveLength(1)
  })

  test('lets go while the event loop stands still, and is shown again once it turns', async () => {
    await begin({ silentAfterMs: 1_000 })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_200)
    await held() // of those that were sent before it stood still, the last
    while (changes.length < 3) await held()
    expect(changes).toEqual([true, false, true])
    expect(await holders()).toHaveLength(1)
  })

  test('that cannot begin is not shown, and does not fail', async () => {
    const away = new PostgresDatabase({ url: 'postgres://nobody@127.0.0.1:1/nowhere' })
    const presence = await begin({ on: away })
    expect(presence.isShown).toBe(false)
    expect(changes).toEqual([false])
    await away.close()
  })
})
