import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { systemClock } from '../../time/index.js'
import { publish, Relay, replay, type LiveEvent, type NumberedEvent } from '../index.js'

let made = 0
const nextTenant = () => `tenant-${(made += 1)}`

onEachDatabase((database, kind) => {
  const anEvent = (tenantId: string, event: Partial<LiveEvent> = {}): LiveEvent => ({
    ...{ tenantId, stream: 'tenant', type: 'suggestion.created', data: {}, needs: 'lanes.read' },
    ...event,
  })

  /** A relay that has begun, and what it handed on. */
  async function aRelay() {
    const told: NumberedEvent[] = []
    const relay = new Relay({
      database: database(),
      clock: systemClock,
      deliver: (events) => void told.push(...events),
    })
    await relay.begin()
    return {
      relay,
      told,
      numbersOf: (tenantId: string) => told.filter(is(tenantId)).map(({ number }) => number),
    }
  }

  const is = (tenantId: string) => (event: NumberedEvent) => event.tenantId === tenantId

  test('events of each stream are numbered from one on, and handed on by every relay, each once', async () => {
    const tenantId = nextTenant()
    const [one, other] = [await aRelay(), await aRelay()]
    await publish(database(), [
      anEvent(tenantId, { data: 'a' }),
      anEvent(tenantId, { stream: 'user:jo', data: 'b' }),
      anEvent(tenantId, { data: 'c' }),
    ])
    await Promise.all([one.relay.runOnce(), other.relay.runOnce()])
    await Promise.all([one.relay.runOnce(), other.relay.runOnce()])
    const told = one.told.filter(is(tenantId)).map(({ stream, number, data }) => [stream, number, data])
    expect(told).toEqual([
      ['tenant', 1, 'a'],
      ['user:jo', 1, 'b'],
      ['tenant', 2, 'c'],
    ])
    expect(other.told).toEqual(one.told)
  })

  test('what is numbered in many rounds is handed on without a hole', async () => {
    const tenantId = nextTenant()
    const { relay, numbersOf } = await aRelay()
    await publish(
      database(),
      Array.from({ length: 1_201 }, () => anEvent(tenantId)),
    )
    await relay.runOnce()
    expect(numbersOf(tenantId)).toEqual(Array.from({ length: 1_201 }, (_, n) => n + 1))
  })

  test('an event whose transaction rolls back leaves no number', async () => {
    const tenantId = nextTenant()
    const { relay, numbersOf } = await aRelay()
    const fails = database().transaction(async (tx) => {
      await publish(tx, [anEvent(tenantId)])
      throw new Error('no')
    })
    await expect(fails).rejects.toThrow('no')
    await publish(database(), [anEvent(tenantId)])
    await relay.runOnce()
    expect(numbersOf(tenantId)).toEqual([1])
  })

  test('the clock of the process that wrote an event does not decide of its number', async () => {
    const tenantId = nextTenant()
    const { relay, told } = await aRelay()
    await publish(database(), [anEvent(tenantId, { data: 'first' })])
    const ahead =
      'UPDATE linehaul.live_event SET id = overlay(id::text PLACING $2 FROM 1)::uuid WHERE tenant_id = $1'
    await database().query(ahead, [tenantId, 'ffffffff'])
    await publish(database(), [anEvent(tenantId, { data: 'second' })])
    await relay.runOnce()
    expect(told.filter(is(tenantId)).map(({ data }) => data)).toEqual(['first', 'second'])
  })

  test('twice under one key is once', async () => {
    const tenantId = nextTenant()
    const { relay, numbersOf } = await aRelay()
    for (const data of ['first', 'again']) await publish(database(), [anEvent(tenantId, { key: 'k', data })])
    await relay.runOnce()
    expect(numbersOf(tenantId)).toEqual([1])
  })

  test.runIf(kind === 'server')('an event that is committed late gets a later number', async () => {
    const tenantId = nextTenant()
    const { relay, told } = await aRelay()
    const [written, mayCommit] = [gate(), gate()]
    const late = database().transaction(async (tx) => {
      await publish(tx, [anEvent(tenantId, { data: 'written first' })])
      written.open()
      await mayCommit.opened
    })
    await written.opened
    await publish(database(), [anEvent(tenantId, { data: 'committed first' })])
    await relay.runOnce()
    mayCommit.open()
    await late
    await relay.runOnce()
    expect(told.filter(is(tenantId)).map(({ number, data }) => [number, data])).toEqual([
      [1, 'committed first'],
      [2, 'written first'],
    ])
  })

  test('a stream is replayed after a number, up to where its reader stands', async () => {
    const tenantId = nextTenant()
    const { relay } = await aRelay()
    await publish(database(), [anEvent(tenantId), anEvent(tenantId), anEvent(tenantId)])
    await relay.runOnce()
    const { position } = relay
    await publish(database(), [anEvent(tenantId)])
    await relay.runOnce()
    const wish = { tenantId, stream: 'tenant', after: 1, position, limit: 10 }
    const page = await replay(database(), wish)
    expect(page.events.map(({ number }) => number)).toEqual([2, 3])
    expect(page).toMatchObject({ reached: 3, hasMore: false, isGap: false })
    expect(await replay(database(), { ...wish, limit: 1 })).toMatchObject({
      reached: 2,
      hasMore: true,
      isGap: false,
    })
  })

  test('whoever asks for what is not kept any more is told, and numbers go on where they were', async () => {
    const tenantId = nextTenant()
    const { relay, numbersOf } = await aRelay()
    await publish(database(), [anEvent(tenantId), anEvent(tenantId)])
    await relay.runOnce()
    await database().query('DELETE FROM linehaul.live_event WHERE tenant_id = $1', [tenantId])
    await publish(database(), [anEvent(tenantId)])
    await relay.runOnce()
    expect(numbersOf(tenantId)).toEqual([1, 2, 3])
    const { position } = relay
    const page = await replay(database(), { tenantId, stream: 'tenant', after: 1, position, limit: 10 })
    expect(page).toMatchObject({ reached: 3, isGap: true, events: [{ number: 3 }] })
  })

  test('whoever was away while nobody numbered is told that something is not kept any more', async () => {
    const tenantId = nextTenant()
    const { relay, numbersOf } = await aRelay()
    await publish(database(), [anEvent(tenantId)])
    await relay.runOnce()
    await publish(database(), [anEvent(tenantId), anEvent(tenantId)])
    await database().query('DELETE FROM linehaul.live_event WHERE tenant_id = $1', [tenantId])
    const wish = () => ({ tenantId, stream: 'tenant', after: 1, position: relay.position, limit: 10 })
    expect(await replay(database(), wish())).toMatchObject({ reached: 3, isGap: true, events: [] })
    await publish(database(), [anEvent(tenantId)])
    await relay.runOnce()
    expect(numbersOf(tenantId)).toEqual([1, 4])
    expect(await replay(database(), { ...wish(), after: 3 })).toMatchObject({ reached: 4, isGap: false })
  })
})

function gate(): { opened: Promise<void>; open(): void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}
