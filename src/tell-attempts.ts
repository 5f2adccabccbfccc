import type { Logger } from 'pino'

import type { EndedEvent, Engine } from './queue/index.js'

/** Writes to the log which attempts of this process failed, of what, and with what: the code and the message that the job keeps. */
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

function fieldsOf(event: EndedEvent): object {
  const { jobId, tenantId, name: job, queue, subject, attempt, errorCode, errorMessage, runMs } = event
  return {
    ...{ jobId, job, queue, subject, attempt, tenantId, errorCode, errorMessage, runMs },
    // What a handler means to say has a code. Where an error without one comes from, only its stack tells.
    ...(errorCode === 'JOBS_FAILED' && event.thrown instanceof Error && { err: event.thrown }),
  }
}
