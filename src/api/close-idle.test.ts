import http from 'node:http'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'

import fastify from 'fastify'
import { expect, test } from 'vitest'

import { closeOnceIdle } from './close-idle.js'

test('an answer that ends while the interface closes does not hold it up, though its connection is kept alive', async () => {
  const api = fastify({ forceCloseConnections: 'idle' })
  closeOnceIdle(api)
  const answer = new PassThrough()
  api.get('/', (_request, reply) => reply.send(answer))
  const url = await api.listen({ host: '127.0.0.1', port: 0 })
  api.server.keepAliveTimeout = 0 // for ever
  const agent = new http.Agent({ keepAlive: true })
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get(url, { agent }, resolve).once('error', reject)
    answer.write('begun, ')
  })
  const closed = api.close()
  answer.end('and ended')
  expect(await text(response)).toBe('begun, and ended')
  await closed
  agent.destroy()
})
