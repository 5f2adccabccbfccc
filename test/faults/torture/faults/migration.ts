import { migrate, PostgresDatabase, type MigrationSet } from '../../../../src/database/index.js'
import { queueMigrations } from '../../../../src/queue/index.js'
import type { Fault } from '../fault.js'

/** Steps as later versions may bring them: each locks a table that everybody uses, and takes its time. */
const LATER: MigrationSet = {
  part: 'torture',
  migrations: ['job', 'job_archive', 'worker'].map((table, i) => ({
    number: i + 1,
    name: `widen-${table}`,
    sql: `ALTER TABLE linehaul.${table} ADD COLUMN torture text DEFAULT 'x'; SELECT pg_sleep(1.5)`,
  })),
}

/** Two processes migrate while everyone works; first one that is killed in the middle of its first step. */
export const migration: Fault = {
  name: 'migration',
  on: 'server',
  atLeast: 2,
  seconds: 18,
  async run(world) {
    const stage = await world.stage()
    const databases = [1, 2].map(() => new PostgresDatabase({ url: stage.on.where }))
    for (const database of databases) world.undo(() => database.close())
    const migrateAll = () =>
      Promise.all(databases.map((database) => migrate(database, [queueMigrations, LATER])))
    await stage.start()
    await stage.pauseAbout(1_500)
    stage.noteInjection()
    const killed = migrateAll().catch(() => undefined) // to fail is what it is for
    await stage.pauseAbout(700)
    await stage.on.look(KILL)
    await killed
    await stage.pauseAbout(1_000)
    stage.noteInjection()
    const applied = (await migrateAll()).flat()
    if (new Set(applied).size !== applied.length)
      throw new Error(`steps were applied twice: ${applied.join(', ')}`)
    await stage.pauseAbout(1_000)
    return stage.settle()
  },
}

const KILL = `
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND (query LIKE 'ALTER TABLE%' OR query LIKE '-- lock migrations%')`
