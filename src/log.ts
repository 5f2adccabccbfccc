import { pino, type DestinationStream, type Logger } from 'pino'

import type { Config } from './config.js'
import { describeError, logFields, redact, redactText } from './telemetry/index.js'

/**
 * To the standard error: the standard output belongs to what a command answers. Each line says which request or attempt it is
 * of, and no secret.
 */
export function logTo(
  { logLevel }: Pick<Config, 'logLevel'>,
  destination: DestinationStream = pino.destination(2),
): Logger {
  return pino(
    {
      level: logLevel,
      mixin: logFields,
      formatters: { log: redact },
      serializers: { err: describeError },
      hooks: { streamWrite: redactText },
    },
    destination,
  )
}

export function logErrors(logger: Logger): (error: unknown, where?: string) => void {
  return (error, where = 'background') =>
    logger.error({ err: error, where }, 'failed, and will be tried again')
}

/** Of what nobody does again; whatever it was a part of goes on without it. */
export function logLosses(logger: Logger): (error: unknown, where: string) => void {
  return (error, where) => logger.error({ err: error, where }, 'failed, and is left out')
}
