import type { Logger } from 'pino'

import { createKeyring, listTenants, Secrets } from './access/index.js'
import { ALL_JOBS, QUEUES } from './all-jobs.js'
import { VARIABLES, type Config } from './config.js'
import { joined, type Database, type Transaction } from './database/index.js'
import { DECLARED_RULES } from './declared-rules.js'
import {
  createFreight,
  FREIGHT_EVENTS,
  FREIGHT_NOTICES,
  type Freight,
  type FreightNeeds,
} from './domain/freight/index.js'
import { EventLog, type React } from './events/index.js'
import { logErrors, logLosses } from './log.js'
import {
  createChannels,
  createNotifications,
  eventTypesOf,
  tellOutcomes,
  tellWebhooksOf,
  type ChannelNeeds,
  type Channels,
  type NotificationNeeds,
  type Notifications,
} from './notifications/index.js'
import { createOutgoing, type Outgoing } from './outgoing/index.js'
import { Engine, type Client, type EngineOptions } from './queue/index.js'
import { reactTo } from './reactions.js'
import { createRules, type RuleParts } from './rules/index.js'
import { keepsWith } from './schema.js'
import { showAlerts, tellAlerts } from './tell-alerts.js'
import { tellAttempts } from './tell-attempts.js'
import { systemClock } from './time/index.js'

/** What the handlers of all jobs need. */
type Needs = FreightNeeds & NotificationNeeds & ChannelNeeds

/** The services that one process has of each kind, and what makes them anew within a transaction. */
export interface Built {
  readonly engine: Engine<Needs>
  readonly freight: Freight
  readonly notifications: Notifications
  readonly rules: RuleParts
  readonly channels: Channels
  /** Requests to addresses that people gave; closed last. */
  readonly outgoing: Outgoing
  /** The same services as a part of a transaction. */
  freightIn(tx: Transaction): Freight
  notificationsIn(tx: Transaction): Notifications
  channelsIn(tx: Transaction): Channels
}

/**
 * The engine with every job, and the domains that its jobs need. What can be set without a deployment is in force once the
 * cache of `rules` is started.
 */
export function buildEngine(
  config: Config,
  database: Database,
  logger: Logger,
  settings: Pick<EngineOptions<Needs>, 'serve' | 'concurrency' | 'carry' | 'middleware'> = {},
): Built {
  const rules = openRules(config, database, logger)
  const enqueueMany: Client['enqueueMany'] = (requests, options) =>
    engine.client.enqueueMany(requests, options)
  const now = () => systemClock.now()
  const events = new EventLog(both(reactTo(rules.cache, enqueueMany), tellWebhooksOf(enqueueMany, now)))
  const telling = { enqueue: enqueueMany, eventTypes: [...FREIGHT_NOTICES, ...eventTypesOf(ALL_JOBS)] }
  const notifications = createNotifications({ database, ...telling })
  const { notify } = notifications
  const acting = { events, notify, clock: systemClock, onError: logLosses(logger) }
  const freight = createFreight({ ...acting, database, rules: rules.rules })
  const outgoing = createOutgoing({ allow: config.outgoingAllow })
  const keyring = createKeyring(config.secrets)
  const channelsOn = (database: Database, { notify, eventTypes }: Notifications) =>
    createChannels({
      ...{ database, notify, enqueue: enqueueMany, smtp: config.smtp },
      ...{ secrets: new Secrets(database, keyring), fetch: outgoing.fetch },
      ...{ refusalOf: outgoing.refusalOf, eventTypes: [...eventTypes, ...FREIGHT_EVENTS] },
    })
  const channels = channelsOn(database, notifications)
  const tenants = () => listTenants(database)
  const engine: Engine<Needs> = new Engine<Needs>({
    database,
    jobs: ALL_JOBS,
    queues: QUEUES,
    needs: { ...freight, ...notifications, ...channels },
    tenants,
    outcomes: tellOutcomes(notify),
    schedules: config.isSchedulerEnabled,
    settings: rules.cache,
    keeps: keepsWith({ audit: config.auditKeep }),
    onError: logErrors(logger),
    ...settings,
  })
  tellAlerts(engine.signals, logger)
  showAlerts(engine.signals, database)
  tellAttempts(engine.signals, logger)
  const freightIn = (tx: Transaction) => {
    const inside = joined(tx, database)
    return createFreight({ ...acting, database: inside, rules: rules.in(inside) })
  }
  const notificationsIn = (tx: Transaction) =>
    createNotifications({ database: joined(tx, database), ...telling })
  const channelsIn = (tx: Transaction) => channelsOn(joined(tx, database), notificationsIn(tx))
  return { engine, freight, notifications, channels, outgoing, rules, freightIn, notificationsIn, channelsIn }
}

function openRules(config: Config, database: Database, logger: Logger): RuleParts {
  return createRules({
    database,
    declared: DECLARED_RULES,
    taken: VARIABLES,
    variable: config.ruleVariable,
    clock: systemClock,
    onError: logErrors(logger),
  })
}

/** What follows from events, one after the other. */
function both(first: React, second: React): React {
  return async (events, tx) => {
    await first(events, tx)
    await second(events, tx)
  }
}
