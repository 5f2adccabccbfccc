import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'

import { newId } from '../database/index.js'
import { systemClock, type Clock } from '../time/index.js'
import { refuseKeysInVain } from './change.js'
import { NoSuchRouteError, ZeroCharacterError } from './errors.js'
import { goLive } from './live/index.js'
import { document, showDocument } from './openapi.js'
import { permit, type Known } from './permit.js'
import { inOurWords, toProblem } from './problem.js'
import {
  answerData,
  answerPages,
  asData,
  BODY_LIMIT,
  countRequests,
  protect,
  type Limits,
} from './protect.js'
import { registerAll } from './route.js'
import { apiKeys } from './routes/api-keys.js'
import { alerts } from './routes/alerts.js'
import { audit } from './routes/audit.js'
import { auth } from './routes/auth.js'
import { businessUnits } from './routes/business-units.js'
import { dedicatedLanes } from './routes/dedicated-lanes.js'
import { deadLetters } from './routes/dead-letters.js'
import { directory } from './routes/directory.js'
import { events } from './routes/events.js'
import { health } from './routes/health.js'
import { instance } from './routes/instance.js'
import { identityProviders } from './routes/identity-providers.js'
import { jobs } from './routes/jobs.js'
import { schedules } from './routes/schedules.js'
import { scheduler } from './routes/scheduler.js'
import { scheduleChanges } from './routes/schedule-changes.js'
import { jobBulk } from './routes/job-bulk.js'
import { jobControl } from './routes/job-control.js'
import { jobCreation } from './routes/job-creation.js'
import { laneSuggestions } from './routes/lane-suggestions.js'
import { suggestionStatistics } from './routes/suggestion-statistics.js'
import { mails } from './routes/mails.js'
import { me } from './routes/me.js'
import { notificationMarks } from './routes/notification-marks.js'
import { notificationPreferences } from './routes/notification-preferences.js'
import { notifications } from './routes/notifications.js'
import { ownSessions } from './routes/own-sessions.js'
import { patterns } from './routes/patterns.js'
import { queueMetrics } from './routes/queue-metrics.js'
import { queues } from './routes/queues.js'
import { ruleChanges } from './routes/rule-changes.js'
import { rules } from './routes/rules.js'
import { secrets } from './routes/secrets.js'
import { shipmentImport } from './routes/shipment-import.js'
import { shipments } from './routes/shipments.js'
import { statistics } from './routes/statistics.js'
import { tenant } from './routes/tenant.js'
import { tenants } from './routes/tenants.js'
import { userAccess } from './routes/user-access.js'
import { users } from './routes/users.js'
import { webhookDeliveries } from './routes/webhook-deliveries.js'
import { webhooks } from './routes/webhooks.js'
import { workers } from './routes/workers.js'
import { speakPlainly } from './sentences.js'
import type { AllServices } from './services.js'
import { Strangers } from './strangers.js'
import { answerScrapes, watchRequests, type Watch } from './watch.js'

export interface ApiOptions {
  services: AllServices
  version: string
  credentials: Known
  limits: Limits
  /** Left out: nobody watches. */
  watch?: Watch
  clock?: Clock
  logger?: FastifyBaseLogger
}

const RESOURCES = [
  shipments,
  shipmentImport,
  laneSuggestions,
  suggestionStatistics,
  dedicatedLanes,
  patterns,
  directory,
  rules,
  ruleChanges,
  tenant,
  jobs,
  jobCreation,
  jobControl,
  jobBulk,
  deadLetters,
  schedules,
  scheduleChanges,
  scheduler,
  queues,
  statistics,
  alerts,
  events,
  queueMetrics,
  workers,
  audit,
  apiKeys,
  secrets,
  identityProviders,
  auth,
  ownSessions,
  me,
  notifications,
  notificationMarks,
  notificationPreferences,
  users,
  userAccess,
  businessUnits,
  tenants,
  instance,
  mails,
  webhooks,
  webhookDeliveries,
]

/** The HTTP interface, not yet listening. */
export async function createApi({
  services,
  version,
  credentials,
  limits,
  watch,
  clock = systemClock,
  logger,
}: ApiOptions): Promise<FastifyInstance> {
  const api = fastify({
    ...(logger && { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    // Connections that are kept alive would hold up a shutdown.
    forceCloseConnections: 'idle',
    // The longest id or name, each of its characters escaped.
    routerOptions: { maxParamLength: 200 * '%F0%9F%9A%9A'.length },
    frameworkErrors: answerProblem,
    bodyLimit: BODY_LIMIT,
    trustProxy: limits.trustProxy.length > 0 && [...limits.trustProxy],
  })
  api.removeContentTypeParser('text/plain')
  if (watch) watchRequests(api, watch)
  refuseZeroCharacters(api)
  speakPlainly()
  api.setValidatorCompiler(validatorCompiler)
  api.setSerializerCompiler(serializerCompiler)
  answerProblems(api)
  await protect(api, clock)
  const strangers = new Strangers(api, clock)
  const live = goLive(api, { services, credentials, strangers, limits, clock })
  watch?.sockets(() => live.sockets)
  await document(api, version)
  await api.register(async (pages) => {
    await answerPages(pages)
    countRequests(pages, limits)
    await showDocument(pages)
    pages.get('/', { schema: { hide: true } }, (_, reply) => reply.redirect('/api/docs'))
  })
  await api.register(async (open) => {
    answerData(open)
    countRequests(open, limits)
    await registerAll(open, [health], services)
    if (watch) answerScrapes(open, watch)
    open.get('/api/v1/openapi.json', { schema: { hide: true } }, () => api.swagger())
  })
  await api.register(
    async (secured) => {
      answerData(secured)
      permit(secured, { credentials, limits, strangers })
      refuseKeysInVain(secured)
      await registerAll(secured, RESOURCES, services)
    },
    { prefix: '/api/v1' },
  )
  return api
}

function answerProblems(api: FastifyInstance): void {
  api.setErrorHandler(answerProblem)
  api.setNotFoundHandler((request) => {
    throw new NoSuchRouteError(request.method, request.url)
  })
}

function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(inOurWords(error, request), request.id)
  if (problem.status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed')
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  const { retryAfterSeconds = problem.status === 503 ? 1 : undefined } = error as {
    retryAfterSeconds?: number
  }
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  asData(reply)
  // Already text, so that a route's own schemas for its answers do not stand in the way.
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer(String)
    .send(JSON.stringify(problem))
}

/** PostgreSQL stores none, so that every search for one would fail there. */
function refuseZeroCharacters(api: FastifyInstance): void {
  api.addHook('onRequest', async ({ url }) => {
    if (url.includes('%00')) throw new ZeroCharacterError()
  })
}
