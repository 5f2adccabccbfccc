import { expect, test } from 'vitest'

import type { Database } from '../../database/index.js'
import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { aNotifications, type Fixture } from '../testing/notifications-fixture.js'

onEachDatabase((database) => {
  test('telling people stops when its process does, and goes on in the next attempt', async () => {
    const f = await aNotifications(database())
    await f.aUser()
    const id = await meant(database(), f, {})
    const { spreader } = f.notifications
    await expect(spreader.spread(f.tenantId, id, AbortSignal.abort())).rejects.toThrow()
    expect(await f.streamsOf('notification.created')).toEqual([])
    const signal = new AbortController().signal
    expect(await spreader.spread(f.tenantId, id, signal)).toEqual({ recipients: 1 })
    expect(await f.streamsOf('notification.created')).toHaveLength(1)
  })

  test('a critical notice that all have acknowledged before it was told to the end is settled then', async () => {
    const faulty = new FaultyDatabase(database())
    const f = await aNotifications(faulty)
    const owner = { tenantId: f.tenantId, userId: await f.aUser() }
    const id = await meant(database(), f, { priority: 'critical' })
    const spread = () => f.notifications.spreader.spread(f.tenantId, id, new AbortController().signal)
    faulty.failNext(/-- close spread/)
    await expect(spread()).rejects.toThrow()
    await f.notifications.inbox.acknowledge(owner, id)
    expect(await settledAt(database(), id)).toBeNull()
    await spread()
    expect(await settledAt(database(), id)).toEqual(f.clock.now())
  })

  test('a critical notice that is for nobody is settled at once', async () => {
    const f = await aNotifications(database())
    const id = await meant(database(), f, { priority: 'critical' })
    await f.runDue()
    expect(await settledAt(database(), id)).toEqual(f.clock.now())
  })

  /** Of two who acknowledge it at once each would take the other for missing. */
  test('a critical notice is settled when the last two acknowledge it at the same moment', async () => {
    const faulty = new FaultyDatabase(database())
    const f = await aNotifications(faulty)
    const [ann, bob] = [await f.aUser(), await f.aUser()]
    const id = await meant(database(), f, { priority: 'critical' })
    await f.runDue()
    const acknowledge = (userId: string) =>
      f.notifications.inbox.acknowledge({ tenantId: f.tenantId, userId }, id)
    const held = faulty.holdNext(/-- settle notification/)
    const first = acknowledge(ann)
    await held.reached
    const second = acknowledge(bob)
    await endedOrWaiting(database(), second)
    held.release()
    await Promise.all([first, second])
    expect(await settledAt(database(), id)).toEqual(f.clock.now())
  })
})

/** Writes a notice down, and tells it to nobody yet. @returns its id */
async function meant(
  database: Database,
  f: Fixture,
  parts: Parameters<Fixture['notice']>[0],
): Promise<string> {
  await database.transaction((tx) => f.notifications.notify(tx, f.notice(parts)))
  const [spread] = f.requests
  return (spread?.payload as { notificationId: string }).notificationId
}

async function settledAt(database: Database, id: string): Promise<Date | null | undefined> {
  const [row] = await database.query<{ at: Date | null }>(
    'SELECT settled_at AS "at" FROM linehaul.notification WHERE id = $1::uuid',
    [id],
  )
  return row?.at
}

/** Resolves once `call` has ended or its transaction waits for another one. The embedded database runs one after the other anyway. */
async function endedOrWaiting(database: Database, call: Promise<unknown>): Promise<void> {
  if (database.kind === 'embedded') return
  let hasEnded = false
  void call.finally(() => (hasEnded = true))
  while (!hasEnded && (await database.query(WAITING)).length === 0);
}

const WAITING = /* sql */ `
SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
