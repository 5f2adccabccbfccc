import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

import { systemClock, type Clock } from '../time/index.js'
import { bareApi } from './bare-api.js'
import { refuseKeysInVain } from './change.js'
import { goLive } from './live/index.js'
import { document, showDocument } from './openapi.js'
import { permit, type Known } from './permit.js'
import { answerData, answerPages, countRequests, type Limits } from './protect.js'
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
import type { AllServices } from './services.js'
import { Strangers } from './strangers.js'
import { answerScrapes, type Watch } from './watch.js'

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
  const api = await bareApi({ limits, clock, watch, logger })
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
