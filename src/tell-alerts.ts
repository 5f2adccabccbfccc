import type { Logger } from 'pino'

import type { AlertView } from './queue/index.js'

/** What can be listened to; an engine's signals are. */
interface Told {
  on(name: 'alert.raised' | 'alert.cleared', listener: (alert: AlertView) => void): unknown
}

/** Writes alerts to the log: the one process of all that raised or cleared one. */
export function tellAlerts(signals: Told, logger: Pick<Logger, 'warn' | 'info'>): void {
  signals.on('alert.raised', (alert) => logger.warn({ alert: idsOf(alert) }, alert.message))
  signals.on('alert.cleared', (alert) =>
    logger.info({ alert: idsOf(alert) }, `Queue ${alert.queue}: the alert ${alert.kind} is over.`),
  )
}

function idsOf({ id, tenantId, queue, kind, value, threshold }: AlertView): object {
  return { id, tenantId, queue, kind, value, threshold }
}
