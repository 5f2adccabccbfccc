// Linehaul inside a program of one's own: `npm run build && node examples/library/main.js`. Nothing to install or set up.
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { migrate, openEmbedded } from 'linehaul/database'
import { Engine, queueMigrations } from 'linehaul/queue'

import { createTables, jobs, placeOrder } from './shop.js'

const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-example-'))
const database = await openEmbedded({ folder })
await migrate(database, [queueMigrations])
await createTables(database)

/** @type {Engine<import('./shop.js').Shop>} */
const engine = new Engine({
  database,
  jobs,
  needs: {
    database,
    sendMail: async (text) => console.log(`mail to ${text}`),
    enqueueMany: (requests) => engine.client.enqueueMany(requests),
  },
  tenants: async () => [{ id: 'default', timeZone: 'Europe/Amsterdam' }],
  onError: (error, where) => console.error(where, error),
})
await engine.start()

const confirmed = engine.signals.next('attempt.ended', ({ name }) => name === 'shop.confirm-order')
await placeOrder(
  { database, enqueue: engine.enqueue },
  { id: 'SO-1042', customer: 'ann@example.com', totalCents: 4_995 },
)
await confirmed

for (const { name, state, runAt } of await engine.operator.list('default', { limit: 10 }))
  console.log(`${name}: ${state}${state === 'scheduled' ? `, runs at ${runAt.toISOString()}` : ''}`)

await engine.stop()
await database.close()
await rm(folder, { recursive: true })
