import { setTimeout as pause } from 'node:timers/promises'

import type { WorkerEntry } from './evidence.js'
import { createEngine, heed, openDatabase, readOptions, tell } from './child-setup.js'
import { JumpingClock } from './jumping-clock.js'
import { Ledger } from './ledger.js'
import { Producing } from './producing.js'

// A process that has an embedded database to itself: it enqueues jobs and runs them.
const options = readOptions()
const clock = new JumpingClock()
const database = await openDatabase(options.where)
const engine = createEngine(database, new Ledger<WorkerEntry>(`${options.ledger}.worked`), clock)
const producing = new Producing(engine, database, options)

async function untilQuiet(): Promise<void> {
  for (;;) {
    const [open] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM linehaul.job WHERE name LIKE 'torture.%'`,
    )
    if (open?.n === 0) return
    await pause(100)
  }
}

heed(clock, async () => {
  await producing.stop()
  await untilQuiet()
  await engine.stop('5s')
  await database.close()
})
await engine.start()
producing.start()
tell('started')
