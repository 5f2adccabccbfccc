import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { checkSchema, checkWholeSchema, migrate, pendingMigrations, type Migration } from './migrate.js'
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

  describe('of several steps, when one fails,', () => {
    const steps = (second: string) => [
      { part: 'half', migrations: [aMigration(1, 'CREATE TABLE public.half_done (n int)')] },
      {
        part: 'rest',
        migrations: [aMigration(1, `CREATE TABLE public.undone (n int); ${second}`), aMigration(2)],
      },
    ]
    const tables = () =>
      database().query(
        `SELECT to_regclass('public.half_done')::text AS "first", to_regclass('public.undone')::text AS "second"`,
      )

    test('those before it stay, and it leaves nothing behind', async () => {
      await expect(migrate(database(), steps('SELEC'))).rejects.toMatchObject({
        code: 'DATABASE_MIGRATION_FAILED',
        retryable: false,
        message: expect.stringMatching(
          /rest\/1-step-1 failed .*syntax.*Applied before it, and kept: half\/1-step-1\./,
        ) as string,
      })
      expect(await tables()).toEqual([{ first: 'half_done', second: null }])
    })

    test('the next call goes on with it', async () => {
      expect(await migrate(database(), steps('SELECT 1'))).toEqual(['rest/1-step-1', 'rest/2-step-2'])
      expect(await tables()).toEqual([{ first: 'half_done', second: 'undone' }])
    })
  })

  test('a table that a step has locked is free during the next one', async () => {
    const locking = `CREATE TABLE public.in_use (n int); LOCK TABLE public.in_use IN ACCESS EXCLUSIVE MODE`
    const looking = `
      CREATE TABLE public.lock_seen AS
      SELECT mode FROM pg_locks WHERE relation = 'public.in_use'::regclass AND mode = 'AccessExclusiveLock'`
    const migrations = [aMigration(1, locking), aMigration(2, looking)]
    await migrate(database(), [{ part: 'free', migrations }])
    expect(await database().query('SELECT mode FROM public.lock_seen')).toEqual([])
  })

  describe('a check of the schema', () => {
    const known = { part: 'known', migrations: [aMigration(1), aMigration(2)] }

    test('changes nothing, and names what is lacking and what mends it', async () => {
      await expect(
        checkSchema(database(), [{ part: 'new', migrations: [aMigration(1)] }]),
      ).rejects.toMatchObject({
        code: 'DATABASE_SCHEMA_OLD',
        message: expect.stringMatching(/lacks new\/1-step-1\. Run `npx linehaul migrate`/) as string,
      })
      expect(await database().query(`SELECT number FROM linehaul.migration WHERE part = 'new'`)).toEqual([])
    })

    test('passes where all was applied, whatever other parts are there', async () => {
      await migrate(database(), [known])
      await expect(checkSchema(database(), [known])).resolves.toBeUndefined()
    })

    test('refuses what a newer version has added to a part', async () => {
      await migrate(database(), [known])
      const older = { part: 'known', migrations: [aMigration(1)] }
      await expect(checkSchema(database(), [older])).rejects.toMatchObject({ code: 'DATABASE_SCHEMA_NEWER' })
    })

    test('of the whole refuses a part that it does not know as well', async () => {
      await migrate(database(), [known])
      await expect(checkWholeSchema(database(), [known])).rejects.toMatchObject({
        code: 'DATABASE_SCHEMA_NEWER',
      })
    })

    test('of a database that no Linehaul has seen says that all is lacking', async () => {
      await database().transaction(async (tx) => {
        await tx.query('ALTER TABLE linehaul.migration RENAME TO away')
        await tx.query('SAVEPOINT before_it')
        await expect(checkSchema(tx, [known])).rejects.toMatchObject({ code: 'DATABASE_SCHEMA_OLD' })
        await tx.query('ROLLBACK TO before_it')
        await tx.query('ALTER TABLE linehaul.away RENAME TO migration')
      })
    })
  })
})
