import { expect, test } from 'vitest'

import { SecretUnreadableError } from '../../src/access/index.js'
import type { Problem } from '../../src/api/problem.js'
import { DatabaseUnavailableError } from '../../src/database/index.js'
import { FaultyDatabase } from '../../src/database/testing/faulty-database.js'
import { onEachDatabase } from '../../src/database/testing/test-database.js'
import { aLive, SECRET } from '../journeys/a-live.js'
import { LiveClient } from '../journeys/live-client.js'

onEachDatabase((real) => {
  test('while the database is away loops and sockets log one line when that begins, and one when it is over', async () => {
    const database = new FaultyDatabase(real())
    const { url, clock, lines, close } = await aLive(database)
    const first = new LiveClient(url, SECRET)
    await first.next('welcome')
    await database.idle()
    const failTwice = (statement: RegExp) => [1, 2].forEach(() => database.failNext(statement))

    for (const statement of [/-- find relay standing/, /-- count queues/]) failTwice(statement)
    for (let second = 0; second < 2; second++) {
      clock.advance('1s')
      await database.idle()
    }
    failTwice(/-- find caller/)
    const second = new LiveClient(url, SECRET)
    await second.next('welcome') // it came again until it was let in
    expect(database.hasFailedAsAsked).toBe(true)
    const begin = ['error', 'live events wait for the database; told once, until it is back'] as const
    const where = { err: expect.any(DatabaseUnavailableError), where: expect.any(String) } // whoever noticed first
    expect(lines).toEqual([[...begin, where]])

    clock.advance('5s')
    await database.idle()
    const end = ['info', 'live events go on: the database is back', { failures: 6, forMs: 6_000 }]
    expect(lines.slice(1)).toEqual([end])

    database.failNext(/-- find relay standing/)
    clock.advance('1s')
    await database.idle()
    expect(lines.slice(2)).toEqual([[...begin, where]])
    for (const client of [first, second]) client.close()
    await close()
  })

  test.each([
    ['a secret that cannot be read', new SecretUnreadableError('JWT_SECRET', 'its key is lost'), 503, 60, 1],
    ['a fault that nobody foresaw', new Error('a mistake'), 500, 10, 2],
  ])('%s is told to whom it keeps out, with when to come again', async (_, fault, status, after, logged) => {
    const database = new FaultyDatabase(real())
    const { url, lines, close } = await aLive(database)
    const ids: string[] = []
    const code = status === 503 ? 'ACCESS_SECRET_UNREADABLE' : 'API_INTERNAL'
    for (let n = 0; n < 2; n++) {
      database.failNext(/-- find caller/, fault)
      const client = new LiveClient(url, SECRET)
      const { data } = await client.next('connect_error')
      expect(data).toMatchObject({ status, code, retryAfterSeconds: after })
      expect(JSON.stringify(data)).not.toMatch(/JWT_SECRET|lost|mistake/)
      expect(client.told).toHaveLength(1)
      ids.push((data as Problem).instance)
      client.close()
    }
    const fields = { err: fault, where: 'let a live client in' }
    expect(lines).toEqual(
      ids
        .slice(0, logged)
        .map((requestId) => ['error', 'failed, and will be tried again', { ...fields, requestId }]),
    )
    await close()
  })

  test('what fails for another reason is logged each time', async () => {
    const database = new FaultyDatabase(real())
    const { clock, lines, close } = await aLive(database)
    await database.idle()
    for (let second = 1; second <= 2; second++) {
      database.failNext(/-- find relay standing/, new Error('a mistake'))
      clock.advance('1s')
      await database.idle()
      expect(lines).toHaveLength(second)
    }
    expect(lines[1]).toEqual([
      'error',
      'failed, and will be tried again',
      { err: expect.objectContaining({ message: 'a mistake' }), where: 'relay live events' },
    ])
    await close()
  })
})
