import fc from 'fast-check'
import { expect, test } from 'vitest'

import { admit, type KeyState, type Line } from './admit.js'

const line = (tenantId: string, ...keys: string[]): Line => ({ tenantId, keys })

const state = (room: number, { cursor = '', usedAtMs = 0 } = {}): KeyState => ({
  room,
  cursor,
  usedAt: usedAtMs ? new Date(usedAtMs) : null,
})

const counts = (lines: readonly Line[], states: Record<string, KeyState>, most = 1_000) =>
  admit(lines, new Map(Object.entries(states)), most).map(({ line, count }) => [
    line.tenantId,
    ...line.keys,
    count,
  ])

test('the room of a key goes to its tenants in equal parts', () => {
  const lines = [line('a', 'x.y/0'), line('b', 'x.y/0'), line('c', 'x.y/0')]
  expect(counts(lines, { 'x.y/0': state(5) })).toEqual([
    ['a', 'x.y/0', 2],
    ['b', 'x.y/0', 2],
    ['c', 'x.y/0', 1],
  ])
})

test('the round goes on after the tenant that was served last', () => {
  const lines = [line('a', 'x.y/0'), line('b', 'x.y/0'), line('c', 'x.y/0')]
  expect(counts(lines, { 'x.y/0': state(1, { cursor: 'b' }) })).toEqual([['c', 'x.y/0', 1]])
  expect(counts(lines, { 'x.y/0': state(1, { cursor: 'c' }) })).toEqual([['a', 'x.y/0', 1]])
})

test('a full key holds up nobody who does not count against it', () => {
  const lines = [line('a', 'x.y/0/a/full', 'x.y/1'), line('a', 'x.y/0/a/free', 'x.y/1')]
  const states = { 'x.y/0/a/full': state(0), 'x.y/0/a/free': state(2), 'x.y/1': state(9) }
  expect(counts(lines, states)).toEqual([['a', 'x.y/0/a/free', 'x.y/1', 2]])
})

test('of the lines of one tenant the one that was not served for longest comes first', () => {
  const lines = [line('a', 'x.y/0/a/1', 'x.y/1'), line('a', 'x.y/0/a/2', 'x.y/1')]
  const total = state(1, { usedAtMs: 9 })
  expect(
    counts(lines, {
      'x.y/0/a/1': state(1, { usedAtMs: 8 }),
      'x.y/0/a/2': state(1, { usedAtMs: 7 }),
      'x.y/1': total,
    }),
  ).toEqual([['a', 'x.y/0/a/2', 'x.y/1', 1]])
})

test('no definition takes all that one transaction lets in', () => {
  const states = { 'x.y/0': state(Infinity), 'x.z/0': state(Infinity) }
  expect(counts([line('a', 'x.y/0'), line('a', 'x.z/0')], states, 10)).toEqual([
    ['a', 'x.y/0', 5],
    ['a', 'x.z/0', 5],
  ])
})

test('a key whose bucket could not be locked has no room', () => {
  expect(counts([line('a', 'x.y/0')], {})).toEqual([])
})

test('no limit is ever overrun, and no room is left that a line could have taken', () => {
  const key = fc.constantFrom('x.y/0/1', 'x.y/0/2', 'x.y/0/3')
  const aLine = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), key, fc.boolean())
    .map(([tenantId, own, total]) => line(tenantId, own, ...(total ? ['x.y/1'] : [])))
  const rooms = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(5))
  fc.assert(
    fc.property(fc.array(aLine, { maxLength: 8 }), rooms, (lines, [one, two, three, total]) => {
      const room: Record<string, number> = {
        'x.y/0/1': one,
        'x.y/0/2': two,
        'x.y/0/3': three,
        'x.y/1': total,
      }
      const states = new Map(Object.entries(room).map(([key, left]) => [key, state(left)]))
      for (const grant of admit(lines, states, 1_000))
        for (const key of grant.line.keys) room[key] = (room[key] ?? 0) - grant.count
      expect(Object.values(room).every((left) => left >= 0)).toBe(true)
      for (const { keys } of lines) expect(keys.some((key) => room[key] === 0)).toBe(true)
    }),
    { seed: 7 },
  )
})
