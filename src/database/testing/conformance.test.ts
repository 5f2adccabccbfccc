import { describe, expect, test } from 'vitest'

import type { Executor } from '../database.js'
import { isDataError, isUniqueViolation } from '../errors.js'
import { onEachDatabase } from './test-database.js'

onEachDatabase((database, kind) => {
  const HOW = [
    { how: 'planned anew', options: undefined },
    { how: 'prepared', options: { prepared: true } },
    { how: 'prepared before', options: { prepared: true } },
  ]

  test.each(HOW)('values come back the same from both drivers, $how', async ({ options }) => {
    const [row] = await database().query(
      `SELECT $1::text AS text, $2::int AS int, $3::float8 AS float, $4::boolean AS yes, $5::timestamptz AS at,
              $6::jsonb AS json, $7::text[] AS list, $8::timestamptz[] AS instants, NULL::text AS nothing, $9::text AS none`,
      [
        'ä',
        7,
        1.5,
        true,
        new Date('2026-03-29T01:30:00Z'),
        '{"a":[1]}',
        ['x', null, 'a "b", c'],
        ['2026-01-01T00:00:00.000Z'],
        null,
      ],
      options,
    )
    expect(row).toEqual({
      text: 'ä',
      int: 7,
      float: 1.5,
      yes: true,
      at: new Date('2026-03-29T01:30:00Z'),
      json: { a: [1] },
      list: ['x', null, 'a "b", c'],
      instants: [new Date('2026-01-01T00:00:00Z')],
      nothing: null,
      none: null,
    })
  })

  describe('a transaction', () => {
    test('commits what it wrote, then calls what waits for the commit', async () => {
      const db = database()
      await db.query('CREATE TABLE committed (n int)')
      let seen: Promise<unknown> | undefined
      await db.transaction(async (tx) => {
        tx.afterCommit(() => {
          seen = db.query('SELECT n FROM committed')
        })
        await tx.query('INSERT INTO committed VALUES (1)')
        expect(seen).toBeUndefined()
      })
      expect(await seen).toEqual([{ n: 1 }])
    })

    test('leaves nothing behind when its work fails', async () => {
      const db = database()
      await db.query('CREATE TABLE undone (n int)')
      let called = false
      const failing = db.transaction(async (tx) => {
        tx.afterCommit(() => (called = true))
        await tx.query('INSERT INTO undone VALUES (1)')
        throw new Error('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      expect(await db.query('SELECT n FROM undone')).toEqual([])
      expect(called).toBe(false)
    })

    test('is still usable by others after a statement in it failed', async () => {
      const db = database()
      const failing = db.transaction((tx) => tx.query('SELECT no_such_column'))
      await expect(failing).rejects.toThrow(/no_such_column/)
      expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
    })

    test('never claims to have committed what a failed statement undid, even when that failure was caught', async () => {
      const db = database()
      await db.query('CREATE TABLE swallowed (n int)')
      let called = false
      const swallowing = db.transaction(async (tx) => {
        tx.afterCommit(() => (called = true))
        await tx.query('INSERT INTO swallowed VALUES (1)')
        await tx.query('SELECT no_such_column').catch(() => undefined)
      })
      await expect(swallowing).rejects.toMatchObject({ code: '25P02' })
      expect(await db.query('SELECT n FROM swallowed')).toEqual([])
      expect(called).toBe(false)
    })

    test('commits after a failed statement that it went back behind', async () => {
      const db = database()
      await db.query('CREATE TABLE saved (n int)')
      await db.transaction(async (tx) => {
        await tx.query('INSERT INTO saved VALUES (1)')
        await tx.query('SAVEPOINT before_it')
        await tx.query('SELECT no_such_column').catch(() => undefined)
        await tx.query('ROLLBACK TO before_it')
      })
      expect(await db.query('SELECT n FROM saved')).toEqual([{ n: 1 }])
    })

    test('refuses a call that would wait for it for ever', async () => {
      const db = database()
      const nested = db.transaction(() => db.query('SELECT 1'))
      await expect(nested).rejects.toMatchObject({ code: 'DATABASE_NESTED' })
      const deeper = db.transaction(() => db.transaction(async () => 1))
      await expect(deeper).rejects.toMatchObject({ code: 'DATABASE_NESTED' })
    })

    test('does not bind what was begun in it and runs on after it', async () => {
      const db = database()
      let later: (() => Promise<unknown>) | undefined
      const begun = new Promise((resolve) => (later = async () => resolve(await db.query('SELECT 1 AS n'))))
      await db.transaction(async () => void queueMicrotask(() => undefined))
      await later?.()
      expect(await begun).toEqual([{ n: 1 }])
    })

    test('runs beside others without mixing their statements', async () => {
      const db = database()
      await db.query('CREATE TABLE pairs (a int, b int)')
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          db.transaction(async (tx) => {
            await tx.query('INSERT INTO pairs (a) VALUES ($1)', [n])
            await tx.query('UPDATE pairs SET b = $1 WHERE a = $1', [n])
            if (n % 2) throw new Error('odd')
          }),
        ).map((done) => done.catch(() => undefined)),
      )
      const [row] = await db.query(
        'SELECT count(*)::int AS n, bool_and(a = b AND a % 2 = 0) AS even FROM pairs',
      )
      expect(row).toEqual({ n: 10, even: true })
    })
  })

  test.runIf(kind === 'embedded')('in the background an embedded database is itself', () => {
    expect(database().background()).toBe(database())
  })

  test.each(HOW)('errors carry the SQLSTATE and the constraint, $how', async ({ options }) => {
    const db = database()
    await db.query('CREATE TABLE IF NOT EXISTS once (n int CONSTRAINT once_only UNIQUE)')
    await db.query('INSERT INTO once VALUES (1) ON CONFLICT DO NOTHING')
    const clash = await db
      .query('INSERT INTO once VALUES ($1)', [1], options)
      .catch((error: unknown) => error)
    expect(isUniqueViolation(clash, 'once_only')).toBe(true)
    expect(isUniqueViolation(clash, 'another')).toBe(false)
    expect(clash).toMatchObject({ detail: 'Key (n)=(1) already exists.' })
    expect(isDataError(clash)).toBe(true)
    const malformed = await db.query('SELECT $1::uuid', ['x'], options).catch((error: unknown) => error)
    expect(isDataError(malformed)).toBe(true)
    const syntax = await db.query('SELEC', [], options).catch((error: unknown) => error)
    expect(isDataError(syntax)).toBe(false)
    expect(await db.query('INSERT INTO once VALUES ($1) RETURNING -n AS n', [-7], options)).toEqual([
      { n: 7 },
    ])
    await db.query('DELETE FROM once')
  })

  test('a prepared statement works again after the transaction it was prepared in failed', async () => {
    const db = database()
    await db.query('CREATE TABLE numbers (n int CHECK (n > 0))')
    const add = (on: Executor, n: number) =>
      on.query('-- add\nINSERT INTO numbers VALUES ($1) RETURNING n', [n], { prepared: true })
    const failing = db.transaction(async (tx) => {
      await add(tx, 1)
      await add(tx, -1).catch(() => undefined)
      await add(tx, 2)
    })
    await expect(failing).rejects.toMatchObject({ code: '25P02' })
    expect(await db.transaction((tx) => add(tx, 3))).toEqual([{ n: 3 }])
    expect(await add(db, 4)).toEqual([{ n: 4 }])
    expect(await db.query('SELECT n FROM numbers ORDER BY n')).toEqual([{ n: 3 }, { n: 4 }])
  })

  test('a notification reaches every listener on its channel until it leaves', async () => {
    const db = database()
    const heard: string[] = []
    const arrived = new Promise<void>((resolve) => {
      void db.listen('greetings', (payload) => (payload === 'last' ? resolve() : heard.push(payload)))
    })
    const leave = await db.listen('greetings', (payload) => heard.push(`second ${payload}`))
    await db.query('SELECT pg_notify($1, $2)', ['greetings', 'one'], { prepared: true })
    await db.query('SELECT 1')
    leave()
    await db.query(`SELECT pg_notify('other', 'not for us')`)
    await db.query(`SELECT pg_notify('greetings', 'last')`)
    await arrived
    expect(heard).toContain('one')
    expect(heard).not.toContain('second last')
    expect(heard).not.toContain('not for us')
  })
})
