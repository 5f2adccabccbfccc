import { expect, inject, test } from 'vitest'

import { JobWatch } from '../../src/api/live/job-watch.js'
import type { AllServices } from '../../src/api/services.js'
import { newId, PostgresDatabase, type Database } from '../../src/database/index.js'
import { FaultyDatabase } from '../../src/database/testing/faulty-database.js'
import { copyTemplate } from '../../src/database/testing/test-database.js'
import { publish, Relay } from '../../src/events/index.js'
import type { JobStanding } from '../../src/queue/index.js'
import { systemClock } from '../../src/time/index.js'

const numbering = (database: Database): Promise<unknown> =>
  new Relay({ database, clock: systemClock, deliver: () => undefined }).runOnce()

function looking(database: Database): Promise<unknown> {
  const services = { database, in: () => ({ engine: { operator: { standings: async () => [] } } }) }
  const watch = new JobWatch(services as unknown as AllServices)
  const standing = { id: newId(), tenantId: 'one', name: 'a.job', state: 'waiting', attempt: 0 }
  watch.watch(standing as JobStanding, { watcher: {}, after: 0 })
  return watch.runOnce()
}

test.runIf(inject('databaseKinds').includes('server')).each([
  ['numbers live events', /-- lock relay/, numbering, 'SELECT FROM linehaul.live_relay FOR UPDATE'],
  ['looks at watched jobs', /-- lock live changes/, looking, 'SELECT pg_advisory_xact_lock(7263420)'],
])(
  'a process that stands still while it %s keeps others from it for as long as the patience lasts',
  async (_, locking, work, lock) => {
    const { place, remove } = await copyTemplate('server')
    const url = String(place.url)
    const other = new PostgresDatabase({ url })
    const frozen = new FaultyDatabase(new PostgresDatabase({ url, patience: '300ms' }))
    await publish(other, [{ tenantId: 'one', stream: 'tenant', type: 'said', data: 1, needs: 'lanes.read' }])
    const still = frozen.holdNext(locking)
    const working = work(frozen)
    const failed = expect(working).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    await still.reached
    await other.query(lock) // which the server frees: nobody else does
    still.release()
    await failed
    await Promise.all([frozen.close(), other.close()])
    await remove()
  },
)
