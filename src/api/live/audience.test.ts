import { expect, test } from 'vitest'

import { Audience } from './audience.js'

const event = {
  ...{ tenantId: 'one', stream: 'tenant', type: 'said', data: 1, needs: 'lanes.read' },
  ...{ number: 7, position: 9, at: new Date(0) },
}

test('an event goes to its room and into what is held of its stream, and then those are cut off who do not read', () => {
  const happened: unknown[] = []
  const rooms = { to: (room: string) => ({ emit: (...told: unknown[]) => happened.push([room, ...told]) }) }
  const audience = new Audience(rooms, () => [{ cutOffIfBehind: () => happened.push('looked at') }])
  const [hold, other] = [audience.hold('one', 'tenant'), audience.hold('other', 'tenant')]
  audience.deliver([event])
  hold.release()
  audience.deliver([{ ...event, number: 8 }])
  expect(hold.events.map(({ number }) => number)).toEqual([7])
  expect(other.events).toEqual([])
  const told = (number: number) => [
    ...['["one","tenant","lanes.read"]', 'said', 1],
    { stream: 'tenant', number, at: '1970-01-01T00:00:00.000Z' },
  ]
  expect(happened).toEqual([told(7), 'looked at', told(8), 'looked at'])
})
