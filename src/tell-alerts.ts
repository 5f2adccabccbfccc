import type { Logger } from 'pino'

import type { AlertView, Engine } from './queue/index.js'

/** Writes alerts to the log: the one process of all that raised or cleared one. */
export function tellAlerts(signals: Engine<never>['signals'], logger: Pick<Logger, 'warn' | 'info'>): void {
  signals.on('alert.raised', (alert) => logger.warn({ alert: idsOf(alert) }, alert.message))
  signals.on('alert.cleared', (alert) =>
    logger.info({ alert: idsOf(alert) }, `Queue ${alert.queue}: the alert ${alert.kind} is over.`),
  )
}

function idsOf({ id, tenantId, queue, kind, value, threshold }: AlertView): object {
  return { id, tenantId, queue, kind, value, threshold }
}
