import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { migrate, pendingMigrations, type Migration } from './migrate.js'
import { onEachDatabase } from './testing/test-database.js'

const aMigration = (number: number, sql = `SELECT ${number}`): Migration => ({
  number,
  name: `step-${number}`,
  sql,
})

const applied = (part: string, { number, name, sql }: Migration) => ({
  part,
  number,
  name,
  checksum: createHash('sha256').update(sql).digest('hex'),
})

const queue = { part: 'queue', migrations: [aMigration(1), aMigration(2)] }
const freight = { part: 'freight', migrations: [aMigration(1)] }

describe('what is still to be applied', () => {
  const names = (...given: Parameters<typeof pendingMigrations>) =>
    pendingMigrations(...given).map(({ part, migration }) => `${part}/${migration.number}`)

  test('is everything, part after part, on a new database', () => {
    expect(names([queue, freight], [])).toEqual(['queue/1', 'queue/2', 'freight/1'])
  })

  test('is what each part lacks: numbers are its own', () => {
    expect(names([queue, freight], [applied('queue', aMigration(1))])).toEqual(['queue/2', 'freight/1'])
  })

  test('leaves out parts that this program does not have', () => {
    expect(
      names(
        [freight],
        queue.migrations.map((one) => applied('queue', one)),
      ),
    ).toEqual(['freight/1'])
  })

  test('is refused when a newer version was here', () => {
    const newer = applied('queue', aMigration(3))
    expect(() => pendingMigrations([queue], [newer])).toThrow(
      expect.objectContaining({
        code: 'DATABASE_SCHEMA_NEWER',
        message: expect.stringContaining('queue/3-step-3') as string,
      }) as Error,
    )
  })

  test('is refused when one that was applied has another text now', () => {
    const changed = applied('queue', aMigration(1, 'SELECT 0'))
    expect(() => pendingMigrations([queue], [changed])).toThrow(
      expect.objectContaining({ code: 'DATABASE_MIGRATION_CHANGED' }) as Error,
    )
  })
})

onEachDatabase((database) => {
  test('a migration is applied once, however many processes start', async () => {
    const set = { part: 'once', migrations: [aMigration(1, 'CREATE TABLE public.once_only (n int)')] }
    const answers = await Promise.all([1, 2, 3].map(() => migrate(database(), [set])))
    expect(answers.flat()).toEqual(['once/1-step-1'])
    expect(await migrate(database(), [set])).toEqual([])
  })

  test('of several steps none is left behind when one fails', async () => {
    const steps = [aMigration(1, 'CREATE TABLE public.half_done (n int)'), aMigration(2, 'SELEC')]
    await expect(migrate(database(), [{ part: 'half', migrations: steps }])).rejects.toThrow(/syntax/)
    expect(await database().query(`SELECT to_regclass('public.half_done') AS "table"`)).toEqual([
      { table: null },
    ])
    expect(await database().query(`SELECT number FROM linehaul.migration WHERE part = 'half'`)).toEqual([])
  })
})
