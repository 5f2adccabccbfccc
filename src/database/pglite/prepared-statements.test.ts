import { afterAll, beforeAll, expect, test } from 'vitest'

import { openInMemory, type EmbeddedDatabase } from './open.js'

let db: EmbeddedDatabase
beforeAll(async () => {
  db = await openInMemory()
})
afterAll(() => db?.close())

const prepared = (sql: string, parameters: readonly unknown[] = []) =>
  db.query(sql, parameters, { prepared: true })

test('a statement is parsed once and planned once, for any values', async () => {
  const LIST = `
    SELECT (generic_plans + custom_plans)::int AS runs, generic_plans::int AS planned_once
    FROM pg_prepared_statements WHERE statement = $1`
  const add = 'SELECT $1::int + 1 AS n'
  for (const n of [1, 2, 3]) expect(await prepared(add, [n])).toEqual([{ n: n + 1 }])
  expect(await db.query(LIST, [add])).toEqual([{ runs: 3, planned_once: 3 }])
})

test('others are planned for their values as before', async () => {
  await prepared('SELECT 1')
  await expect(prepared('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' })
  const inside = await db.transaction(async (tx) => {
    await tx.query('SELECT 2', [], { prepared: true })
    return tx.query('SHOW plan_cache_mode')
  })
  expect(inside).toEqual([{ plan_cache_mode: 'auto' }])
  expect(await db.query('SHOW plan_cache_mode')).toEqual([{ plan_cache_mode: 'auto' }])
})

test('a statement whose columns have changed since is prepared again', async () => {
  await db.query('CREATE TABLE growing (a int)')
  await db.query('INSERT INTO growing VALUES (1)')
  expect(await prepared('SELECT * FROM growing')).toEqual([{ a: 1 }])
  await db.query(`ALTER TABLE growing ADD b text DEFAULT 'new'`)
  expect(await prepared('SELECT * FROM growing')).toEqual([{ a: 1, b: 'new' }])
})

test('a statement whose parameters have other types now is prepared again', async () => {
  await db.query('CREATE TABLE keyed (key int)')
  expect(await prepared('SELECT key FROM keyed WHERE key = $1', [7])).toEqual([])
  await db.query('ALTER TABLE keyed ALTER key TYPE text')
  await db.query(`INSERT INTO keyed VALUES ('7')`)
  expect(await prepared('SELECT key FROM keyed WHERE key = $1', [7])).toEqual([{ key: '7' }])
})

test('statements that were discarded are prepared again', async () => {
  expect(await prepared('SELECT 3 AS n')).toEqual([{ n: 3 }])
  await db.query('DISCARD ALL')
  expect(await prepared('SELECT 3 AS n')).toEqual([{ n: 3 }])
})

test('inside a transaction that one call fails, and the next transaction has it prepared again', async () => {
  const read = () => db.transaction((tx) => tx.query('SELECT * FROM late', [], { prepared: true }))
  await db.query('CREATE TABLE late (a int)')
  expect(await read()).toEqual([])
  await db.query('ALTER TABLE late ADD b int')
  await expect(read()).rejects.toMatchObject({ code: '0A000' })
  expect(await read()).toEqual([])
})

test('a statement that names what is not there is refused each time, and works once it is', async () => {
  const read = () => prepared('SELECT n FROM missing')
  await expect(read()).rejects.toMatchObject({ code: '42P01' })
  await expect(read()).rejects.toMatchObject({ code: '42P01' })
  await db.query('CREATE TABLE missing (n int)')
  expect(await read()).toEqual([])
})

test('it answers with more rows than fit into one message', async () => {
  const rows = await prepared('SELECT n, repeat($1, 1000) AS text FROM generate_series(1, 3000) AS n', ['ä'])
  expect(rows).toHaveLength(3000)
  expect(rows.at(-1)).toEqual({ n: 3000, text: 'ä'.repeat(1000) })
})
