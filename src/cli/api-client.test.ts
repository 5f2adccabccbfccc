import { afterEach, expect, test, vi } from 'vitest'

import { ApiClient, at } from './api-client.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

const client = new ApiClient({ url: 'http://api', key: 'k' })

/** An API that gives these answers, one after the other. @returns what it was asked. */
function answering(...answers: [status: number, body: string][]): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url.replace('http://api/api/v1', ''))
    const [status, body] = answers.shift() ?? [500, '']
    return { ok: status < 300, status, text: async () => body }
  })
  return asked
}

const page = (items: number[], nextCursor: string | null): [number, string] => [
  200,
  JSON.stringify({ items, nextCursor }),
]

test('a list is read as far as asked for, page by page', async () => {
  const asked = answering(page([1], 'a'), page([2], 'b'))
  const listed = await client.list('/jobs', { state: 'dead', queue: undefined }, { limit: 2 })
  expect(listed).toEqual({ items: [1, 2], hasMore: true })
  expect(asked).toEqual(['/jobs?state=dead&limit=2', '/jobs?state=dead&limit=1&cursor=a'])
})

test('no page is asked for that is longer than the API gives', async () => {
  const asked = answering(page([1], null))
  expect(await client.list('/jobs', {}, { limit: 1_000 })).toEqual({ items: [1], hasMore: false })
  expect(asked).toEqual(['/jobs?limit=200'])
})

test('all of a list is all of it, however short the limit', async () => {
  answering(page([1, 2], 'a'), page([3], null))
  expect(await client.list('/jobs', {}, { limit: 1, all: true })).toEqual({
    items: [1, 2, 3],
    hasMore: false,
  })
})

test('what the API refuses is told in its words, and by its status where it has none', async () => {
  answering([404, '{"detail":"There is no job 7."}'], [502, '<html>'])
  await expect(client.get('/jobs/7')).rejects.toMatchObject({ status: 404, message: 'There is no job 7.' })
  await expect(client.get('/jobs/7')).rejects.toMatchObject({
    status: 502,
    message: 'http://api answered 502.',
  })
})

test('what speaks no JSON is not taken for Linehaul', async () => {
  answering([200, '<html>'])
  await expect(client.get('/jobs')).rejects.toMatchObject({ code: 'CLI_NOT_LINEHAUL' })
})

test('an answer without a body is one', async () => {
  answering([204, ''])
  expect(await client.delete('/jobs/7')).toBeUndefined()
})

test('a name may hold anything and stays one part of the path', () => {
  expect(at`/schedules/${'freight.x/every night?'}/run`).toBe('/schedules/freight.x%2Fevery%20night%3F/run')
})
