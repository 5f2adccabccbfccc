import { subscribe } from 'node:diagnostics_channel'

import type { FastifyInstance, RouteOptions } from 'fastify'

/** `whole`: as it is shipped. `emptied`: POST /jobs does nothing. `open`: nor does it ask who calls. */
export type Variant = 'whole' | 'emptied' | 'open'

const variant = process.argv[2] as Variant

/** The handler runs once; from then on everybody gets what it answered, through the same schemas and hooks. */
function empty(route: RouteOptions): void {
  const { handler } = route
  let first: ReturnType<typeof handler> | undefined
  route.handler = async function (request, reply) {
    const answer: unknown = await (first ??= handler.call(this, request, reply))
    void reply.code(201)
    return answer
  }
}

if (variant !== 'whole')
  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', (route) => {
      if (route.url !== '/api/v1/jobs' || route.method !== 'POST') return
      empty(route)
      // The first call still needs a caller: it comes from the hook of the route itself, once.
      if (variant === 'open') open(route)
    })
  })

/** Takes the question who calls away; whom the handler runs for once is said by hand. */
function open(route: RouteOptions): void {
  route.config = { ...route.config, may: 'nobody' }
  route.onRequest = async (request) => {
    request.caller ??= {
      tenantId: 'default',
      actor: 'bench:open',
      role: 'owner',
      scopes: null,
      businessUnitId: null,
    }
  }
}

// As it was built, for its package.json and its threads lie beside it.
const built = new URL('../../../../dist/program.js', import.meta.url).href
const { program } = (await import(built)) as typeof import('../../src/program.js')
process.exitCode = await program(['node', 'linehaul', 'serve'])
