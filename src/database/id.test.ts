import { expect, test } from 'vitest'

import { newId } from './id.js'

test('an id is a UUID of version 7 that begins with its millisecond', () => {
  const inTheFuture = Date.parse('2100-01-01T00:00:00Z')
  const id = newId(inTheFuture)
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(id.slice(0, 13).replace('-', ''), 16)).toBe(inTheFuture)
})

test('ids made later sort later, ten thousand in one millisecond and a clock that runs backwards included', () => {
  const now = Date.parse('2100-01-02T00:00:00Z')
  const ids = Array.from({ length: 10_000 }, () => newId(now))
  ids.push(newId(now - 5_000), newId(now + 60_000), newId(now))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})
