import type { WorkerEntry } from './evidence.js'
import { createEngine, heed, openDatabase, readOptions, tell } from './child-setup.js'
import { JumpingClock } from './jumping-clock.js'
import { Ledger } from './ledger.js'

// A process that runs jobs.
const { where, ledger } = readOptions()
const clock = new JumpingClock()
const database = await openDatabase(where)
const engine = createEngine(database, new Ledger<WorkerEntry>(`${ledger}.worked`), clock)
heed(clock, async () => {
  await engine.stop('5s')
  await database.close()
})
await engine.start()
tell('started')
