import type { WorkerEntry } from './evidence.js'
import { createEngine, heed, isPlanted, openDatabase, readOptions, tell } from './child-setup.js'
import { JumpingClock } from './jumping-clock.js'
import { Ledger } from './ledger.js'
import { Producing } from './producing.js'

// A process that runs jobs. Where it enqueues some as well, its engine hands them over to itself.
const options = readOptions()
const clock = new JumpingClock()
const database = await openDatabase(options.where)
const engine = createEngine(database, new Ledger<WorkerEntry>(`${options.ledger}.worked`), clock)
const producing = options.enqueues ? new Producing(engine, database, options) : undefined
heed(clock, {
  rest: async () => producing?.stop(),
  look: (sql, values) => database.query(sql, [...values]),
  async stop() {
    await producing?.stop()
    await engine.stop('5s')
    await database.close()
  },
})
await engine.start()
producing?.start()
tell('started')
if (isPlanted('death')) setTimeout(() => process.exit(7), 1_000)
