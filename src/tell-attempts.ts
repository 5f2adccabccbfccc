import type { Logger } from 'pino'

import type { EndedEvent, Engine } from './queue/index.js'

/** Writes to the log which attempts of this process failed. What they failed with is kept with the job; a log has its code. */
export function tellAttempts(
  signals: Engine<never>['signals'],
  logger: Pick<Logger, 'warn' | 'error'>,
): void {
  signals.on('attempt.ended', (event) => {
    if (event.ended === 'failed') logger.warn(fieldsOf(event), 'attempt failed, and is tried again')
    if (event.ended === 'dead') logger.error(fieldsOf(event), 'job is dead')
    if (event.ended === 'lost') logger.warn(fieldsOf(event), 'attempt was given to another worker')
  })
}

function fieldsOf({ jobId, tenantId, name: job, queue, attempt, errorCode, runMs }: EndedEvent): object {
  return { jobId, job, queue, attempt, tenantId, errorCode, runMs }
}
