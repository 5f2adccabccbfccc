import type { Logger } from 'pino'

import type { Executor } from './database/index.js'
import { publish } from './events/index.js'
import type { AlertView, Engine } from './queue/index.js'

type Signals = Engine<never>['signals']

/** Writes alerts to the log: the one process of all that raised or cleared one. */
export function tellAlerts(signals: Signals, logger: Pick<Logger, 'warn' | 'info'>): void {
  signals.on('alert.raised', (alert) => logger.warn({ alert: idsOf(alert) }, alert.message))
  signals.on('alert.cleared', (alert) =>
    logger.info({ alert: idsOf(alert) }, `Queue ${alert.queue}: the alert ${alert.kind} is over.`),
  )
}

/** Tells the tenant's screens of them, once however often it is told. */
export function showAlerts(signals: Signals, db: Executor): void {
  for (const type of ['alert.raised', 'alert.cleared'] as const)
    signals.on(type, (alert) => {
      const { tenantId, ...data } = alert
      const stream = { tenantId, stream: 'tenant', needs: 'alerts.read' }
      return publish(db, [{ ...stream, type, data, key: `${type}:${alert.id}` }])
    })
}

function idsOf({ id, tenantId, queue, kind, value, threshold }: AlertView): object {
  return { id, tenantId, queue, kind, value, threshold }
}
