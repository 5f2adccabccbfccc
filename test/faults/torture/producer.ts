import { createEngine, heed, openDatabase, readOptions, tell } from './child-setup.js'
import { JumpingClock } from './jumping-clock.js'
import { Ledger } from './ledger.js'
import { Producing } from './producing.js'

// A process that enqueues jobs.
const options = readOptions()
const clock = new JumpingClock()
const database = await openDatabase(options.where)
const engine = createEngine(database, new Ledger(`${options.ledger}.worked`), clock) // it is never started
const producing = new Producing(engine, database, options)
heed(clock, {
  async stop() {
    await producing.stop()
    await database.close()
  },
})
producing.start()
tell('started')
