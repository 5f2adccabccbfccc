import type { FastifyInstance } from 'fastify'

import { Live, type LiveOptions } from './live.js'

/** Has the server of `api` tell live events from when it listens until it closes. */
export function goLive(api: FastifyInstance, options: Omit<LiveOptions, 'log'>): Live {
  const live = new Live({ ...options, log: api.log })
  live.attach(api.server)
  api.addHook('onListen', () => live.start())
  api.addHook('preClose', () => live.stop())
  return live
}
