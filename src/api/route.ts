import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'

import { Problem } from './problem.js'
import type { Services } from './services.js'

/** The routes of one resource. */
export type Routes = FastifyPluginAsyncZod<{ services: Services }>

/** The answers that any route may give besides its own. */
export const problems = {
  '4xx': problem('The request cannot be served as it is.'),
  '5xx': problem('Not the fault of the request.'),
}

function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: Problem } } }
}

export async function registerAll(
  api: FastifyInstance,
  routes: readonly Routes[],
  services: Services,
): Promise<void> {
  for (const plugin of routes)
    await api.register(plugin as FastifyPluginAsync<{ services: Services }>, { services })
}
