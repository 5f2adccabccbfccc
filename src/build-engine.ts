import type { Logger } from 'pino'

import { listTenants, type Access } from './access/index.js'
import type { AllServices } from './api/index.js'
import type { Config } from './config.js'
import { joined, type Database, type Transaction } from './database/index.js'
import { createFreight, freightJobs, type Freight, type FreightNeeds } from './domain/freight/index.js'
import { EventLog } from './events/index.js'
import type { Instance } from './instance/index.js'
import { logErrors } from './log.js'
import { Engine, type EngineOptions } from './queue/index.js'
import { reactTo } from './reactions.js'
import { keepsWith } from './schema.js'
import { tellAlerts } from './tell-alerts.js'
import { systemClock } from './time/index.js'

/** Shares of a worker's claims while all queues have work: 60, 20, 10 and 10 %. */
const QUEUES = {
  critical: { weight: 6 },
  pattern: { weight: 2 },
  compliance: { weight: 1 },
  default: { weight: 1 },
}

interface Built {
  readonly engine: Engine<FreightNeeds>
  readonly freight: Freight
  /** The same services as a part of a transaction. */
  freightIn(tx: Transaction): Freight
}

/** The engine with every job, and the domains that its jobs need. */
export function buildEngine(
  config: Config,
  database: Database,
  logger: Logger,
  settings: Pick<EngineOptions<FreightNeeds>, 'serve' | 'concurrency'> = {},
): Built {
  const events = new EventLog(
    reactTo(config, (requests, options) => engine.client.enqueueMany(requests, options)),
  )
  const freight = createFreight({ database, events, clock: systemClock })
  const tenants = () => listTenants(database)
  const engine: Engine<FreightNeeds> = new Engine({
    database,
    jobs: freightJobs,
    queues: QUEUES,
    needs: freight,
    tenants,
    schedules: config.isSchedulerEnabled,
    keeps: keepsWith({ audit: config.auditKeep }),
    onError: logErrors(logger),
    ...settings,
  })
  tellAlerts(engine.signals, logger)
  const freightIn = (tx: Transaction) =>
    createFreight({ database: joined(tx, database), events, clock: systemClock })
  return { engine, freight, freightIn }
}

/** What the routes call, and the same as a part of a transaction. */
export function servicesOn(
  database: Database,
  { engine, freight, freightIn }: Built,
  access: Access,
  instance: Instance,
): AllServices {
  return {
    database,
    engine,
    freight,
    apiKeys: access.apiKeys,
    secrets: access.secrets,
    people: access.people,
    instance,
    providers: access.providers,
    in(tx) {
      const inside = joined(tx, database)
      return {
        database: inside,
        engine: engine.in(tx),
        freight: freightIn(tx),
        instance,
        ...access.in(inside),
      }
    },
  }
}
