import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

import fastify from 'fastify'

import type { Caller } from '../../src/access/index.js'
import { Live, type LiveOptions } from '../../src/api/live/live.js'
import { protect } from '../../src/api/protect.js'
import { Strangers } from '../../src/api/strangers.js'
import type { Database } from '../../src/database/index.js'
import { FakeClock } from '../../src/time/testing/fake-clock.js'

/** The one secret that lets in. */
export const SECRET = 'a-secret-for-the-tests-only'

const CALLER: Caller = {
  ...{ tenantId: 'default', actor: 'key:1', role: 'viewer' },
  ...{ scopes: null, businessUnitId: null },
}

/** Live events of a database on a clock that stands still, and what they log. Looking up a secret and counting jobs ask it, too. */
export async function aLive(database: Database) {
  const [clock, api] = [new FakeClock(), fastify()]
  await protect(api, clock)
  const strangers = new Strangers(api, clock)
  let isKnown = true
  const lines: (readonly [level: string, message: string, fields: object])[] = []
  const live = new Live({
    ...{ clock, strangers, limits: { perMinute: 1_000, trustProxy: [] } },
    services: servicesOn(database),
    credentials: {
      isRemembered: () => false,
      onChange: () => () => undefined,
      async find(secret) {
        await database.query('-- find caller\nSELECT 1')
        return isKnown && secret === SECRET ? CALLER : undefined
      },
    },
    log: {
      error: (fields, message) => lines.push(['error', message, fields]),
      info: (fields, message) => lines.push(['info', message, fields]),
    },
  })
  const server = http.createServer()
  live.attach(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  await live.start()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const forgetSecret = () => (isKnown = false)
  const close = async (): Promise<void> => {
    await live.stop()
    server.close()
    await api.close()
  }
  return { live, url, clock, strangers, lines, forgetSecret, close }
}

function servicesOn(database: Database): LiveOptions['services'] {
  const operator = { queues: () => database.query('-- count queues\nSELECT 1 WHERE false') }
  const services = { database, engine: { operator }, notifications: { inbox: {} } }
  return services as unknown as LiveOptions['services'] // of the rest nothing is asked for
}
