import { pino, type Logger } from 'pino'

import type { Config } from './config.js'

/** To the standard error: the standard output belongs to what a command answers. */
export function logTo({ logLevel }: Config): Logger {
  return pino({ level: logLevel }, pino.destination(2))
}

export function logErrors(logger: Logger): (error: unknown, where?: string) => void {
  return (error, where = 'background') =>
    logger.error({ err: error, where }, 'failed, and will be tried again')
}
