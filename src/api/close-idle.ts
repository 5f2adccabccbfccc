import type { FastifyInstance } from 'fastify'

/**
 * Closes what is kept alive as soon as its last answer is out, once the interface closes. Fastify closes only what is idle at
 * that moment: an answer that was under way would hold it up until its connection is given up, 5 s later.
 */
export function closeOnceIdle(api: FastifyInstance): void {
  let isClosing = false
  api.addHook('preClose', async () => {
    isClosing = true
  })
  api.addHook('onResponse', async () => {
    // Not before the next turn is the connection known to be idle.
    if (isClosing) setImmediate(() => api.server.closeIdleConnections())
  })
}
