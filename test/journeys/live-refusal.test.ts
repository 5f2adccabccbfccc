import { expect, test } from 'vitest'

import { UnauthorizedError } from '../../src/api/errors.js'
import { FaultyDatabase } from '../../src/database/testing/faulty-database.js'
import { onEachDatabase } from '../../src/database/testing/test-database.js'
import { aLive, SECRET } from './a-live.js'
import { LiveClient } from './live-client.js'
import { exampleOf } from './live-example.js'

onEachDatabase((database) => {
  test('the example of the page waits as long as it is told once too many handshakes were refused, then connects', async () => {
    const { url, clock, strangers, live, close } = await aLive(database())
    const from = { ip: '127.0.0.1' }
    for (let n = 0; n < 301; n++) await strangers.count(from, new UnauthorizedError())
    const other = new LiveClient(url, SECRET)
    const { retryAfterSeconds, ...problem } = (await other.next('connect_error')).data as {
      retryAfterSeconds: number
    }
    expect(problem).toMatchObject({ status: 429, code: 'API_RATE_LIMITED' })
    expect(retryAfterSeconds).toBeGreaterThan(50)

    let waits: (ms: number) => void
    const waited = new Promise<number>((resolve) => (waits = resolve))
    const follow = await exampleOf('docs/live.md', {
      setTimeout(action, ms) {
        clock.after(ms, action)
        waits(ms)
      },
      clearTimeout: () => undefined,
    })
    const [shown, socket] = follow(url, { getToken: async () => SECRET })
    expect(await waited).toBe(retryAfterSeconds * 1_000)
    expect(live.sockets).toBe(0)
    const welcome = socket.until('welcome')
    clock.advance(`${retryAfterSeconds}s`)
    await welcome
    expect([live.sockets, shown.refusals]).toEqual([1, []])
    for (const client of [other, { close: socket.stop }]) client.close()
    await close()
  })

  test('the example of the page gives up, and says why, where waiting does not help', async () => {
    const { url, close } = await aLive(database())
    const follow = await exampleOf('docs/live.md')
    const [shown, socket] = follow(url, { getToken: async () => 'no key' })
    await socket.until('connect_error')
    expect(shown.refusals).toEqual(['API_UNAUTHORIZED'])
    socket.stop()
    await close()
  })

  test('a secret that ends by itself ends its sockets within ten seconds', async () => {
    const looked = new FaultyDatabase(database())
    const { url, clock, forgetSecret, close } = await aLive(looked)
    const client = new LiveClient(url, SECRET)
    await client.next('welcome')
    await looked.idle()
    forgetSecret()
    clock.advance('10s')
    expect((await client.next('refused')).data).toMatchObject({ code: 'API_UNAUTHORIZED' })
    client.close()
    await close()
  })
})
