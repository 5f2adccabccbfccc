import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'

import { Changes } from './change.js'
import { Problem } from './problem.js'
import type { AllServices, Services } from './services.js'

/** The routes of one resource. */
export type Routes = FastifyPluginAsyncZod<Means>

/** What routes work with: `services` to look, `changes` to change. */
export interface Means {
  readonly services: Services
  readonly changes: Changes
}

/** For bodies of which every field may be left out. */
export async function bodyMayBeMissing(request: FastifyRequest): Promise<void> {
  request.body ??= {}
}

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
  services: AllServices,
): Promise<void> {
  const means = { services, changes: new Changes(services) }
  for (const plugin of routes) await api.register(plugin as FastifyPluginAsync<Means>, means)
}
