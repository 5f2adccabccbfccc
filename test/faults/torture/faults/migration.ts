import { isDeepStrictEqual } from 'node:util'

import { migrate, PostgresDatabase, type MigrationSet } from '../../../../src/database/index.js'
import { queueMigrations } from '../../../../src/queue/index.js'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'

/** Steps as later versions may bring them: each locks a table that everybody uses, and takes its time. */
const LATER: MigrationSet = {
  part: 'torture',
  migrations: ['job', 'job_archive', 'worker'].map((table, i) => ({
    number: i + 1,
    name: `widen-${table}`,
    sql: `ALTER TABLE linehaul.${table} ADD COLUMN torture text DEFAULT 'x'; SELECT pg_sleep(1.5)`,
  })),
}

/** Two processes migrate while everyone works: first they are killed in the middle of the first step. */
export const migration: Fault = {
  name: 'migration',
  on: 'server',
  atLeast: 2,
  seconds: 18,
  async run(world) {
    const stage = await world.stage()
    const databases = [1, 2].map(() => new PostgresDatabase({ url: stage.on.where }))
    for (const database of databases) world.undo(() => database.close())
    const migrateAll = () => databases.map((database) => migrate(database, [queueMigrations, LATER]))
    await stage.start()
    await stage.pauseAbout(1_500)
    const killed = await killAll(stage, migrateAll())
    await stage.pauseAbout(1_000)
    const going = Promise.all(migrateAll())
    await Promise.race([going, stage.until(() => findStep(stage))])
    stage.noteInjection()
    demandEachOnce([...killed, ...(await going).flat()])
    await stage.pauseAbout(1_000)
    return stage.settle()
  },
}

/** @returns what was applied all the same */
async function killAll(
  stage: Stage,
  migrating: readonly Promise<readonly string[]>[],
): Promise<readonly string[]> {
  const ended = Promise.allSettled(migrating)
  await stage.until(() => findStep(stage))
  stage.noteInjection()
  let isOver = false
  void ended.then(() => (isOver = true))
  await stage.until(async () => {
    await stage.on.look(KILL)
    return isOver || undefined
  })
  return (await ended).flatMap((end) => (end.status === 'fulfilled' ? end.value : []))
}

async function findStep(stage: Stage): Promise<unknown> {
  const [step] = await stage.on.look(RUNNING)
  return step
}

function demandEachOnce(applied: readonly string[]): void {
  const expected = LATER.migrations.map(({ number, name }) => `${LATER.part}/${number}-${name}`)
  if (!isDeepStrictEqual([...applied].sort(), expected))
    throw new Error(`the steps that were applied are not each of the three once: ${applied.join(', ')}`)
}

const RUNNING = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'ALTER TABLE%'
  AND state = 'active'`

const KILL = `
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND (query LIKE 'ALTER TABLE%' OR query LIKE '-- lock migrations%')`
