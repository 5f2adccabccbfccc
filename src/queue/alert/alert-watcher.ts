import { newId, type Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { LEASE_MS } from '../duty/lease.js'
import type { Service } from '../duty/periodic.js'
import type { EngineSignals } from '../engine-signals.js'
import type { Registry } from '../registry.js'
import type { Signals } from '../signals.js'
import { changeAlerts, listOpenAlerts } from '../store/alert.js'
import { listAlertFacts } from '../store/alert-facts.js'
import { decideAlerts, type Decision, type Suspicions } from './decide-alerts.js'
import { describeAlert } from './describe-alert.js'
import { measure } from './measure.js'
import { DEFAULT_THRESHOLDS } from './thresholds.js'

interface AlertWatcherOptions {
  readonly database: Database
  readonly registry: Registry<never>
  readonly clock: Clock
  readonly signals: Signals<EngineSignals>
}

/** Looks what is wrong with the queues of all tenants, and tells what is new and what is over. */
export class AlertWatcher implements Service {
  readonly name = 'watch for alerts'
  readonly every = '30s'
  #suspicions: Suspicions = new Map()

  constructor(private readonly on: AlertWatcherOptions) {}

  async runOnce(): Promise<{ raised: number; cleared: number }> {
    const { database, registry, clock } = this.on
    const facts = await listAlertFacts(database, {
      jobs: registry.jobs,
      failureMinutes: DEFAULT_THRESHOLDS.failureMinutes,
      leaseMs: LEASE_MS,
      now: clock.statementTime(),
    })
    const open = await listOpenAlerts(database)
    const look = { measured: facts.flatMap(measure), open, suspicions: this.#suspicions }
    const decision = decideAlerts(look, clock.monotonicMs())
    this.#suspicions = decision.suspicions
    return this.#change(decision)
  }

  /** Told is what this process wrote, after it is committed: of all processes one tells it, and once. */
  async #change({ raise, clear }: Decision<{ id: string }>): Promise<{ raised: number; cleared: number }> {
    if (raise.length + clear.length === 0) return { raised: 0, cleared: 0 }
    const { database, clock, signals } = this.on
    const changed = await changeAlerts(database, {
      raise: raise.map((one) => ({ ...one, id: newId(clock.now().getTime()) })),
      clear: clear.map(({ id }) => id),
      now: clock.statementTime(),
    })
    for (const alert of changed)
      signals.emit(alert.clearedAt ? 'alert.cleared' : 'alert.raised', {
        ...alert,
        message: describeAlert(alert),
      })
    const raised = changed.filter(({ clearedAt }) => clearedAt === null).length
    return { raised, cleared: changed.length - raised }
  }
}
