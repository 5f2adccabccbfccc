import type { FastifyInstance } from 'fastify'

import { systemClock } from '../time/index.js'
import { bareApi, type BareOptions } from './bare-api.js'
import { answerData, countRequests } from './protect.js'
import { health, type Examined } from './routes/health.js'
import { answerScrapes, type Watch } from './watch.js'

export interface WatchApiOptions extends Examined, Pick<BareOptions, 'limits' | 'logger'> {
  readonly watch: Watch
}

/** What a process that serves nothing else answers: `/healthz`, `/readyz` and `/metrics`. Not yet listening. */
export async function createWatchApi(options: WatchApiOptions): Promise<FastifyInstance> {
  const api = await bareApi({ ...options, clock: systemClock })
  answerData(api)
  countRequests(api, options.limits)
  await api.register(health, options)
  answerScrapes(api, options.watch)
  return api
}
