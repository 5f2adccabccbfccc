import { CommanderError } from 'commander'

/** What the exit code of a command means; docs/cli.md is made of it. */
export const EXIT_CODES = {
  0: 'Done.',
  1: 'Failed, or refused; the sentence on the standard error says why. Of `doctor`: something is wrong, be it that the configuration cannot be used or that nothing answers.',
  2: 'Not understood: no such command, option or setting, something left out, or not confirmed. Nothing was done.',
  3: 'Not now: no Linehaul at the address, no database, or too many requests. The same command may do later.',
  4: 'Not allowed: the key is not valid, or its role does not reach that far.',
  5: 'Not all migrations are applied: `linehaul migrate` does that, `migrate --status` tells which.',
} as const

export type ExitCode = keyof typeof EXIT_CODES

/** Ends a command with a code when all that there is to say has been said. */
export class SaidAlready extends Error {
  constructor(readonly exitCode: ExitCode) {
    super('said already')
    this.name = 'SaidAlready'
  }
}

const OF_CODE: Readonly<Record<string, ExitCode>> = {
  CLI_NOT_CONFIRMED: 2,
  CLI_NO_KEY: 2,
  CLI_UNKNOWN_FORMAT: 2,
  CLI_ON_THIS_MACHINE: 2,
  CLI_WHICH_ONES: 2,
  CONFIG_INVALID: 2,
  RULES_UNKNOWN_NAME: 2,
  CLI_UNREACHABLE: 3,
  DATABASE_UNAVAILABLE: 3,
  DATABASE_SCHEMA_OLD: 5,
}

const OF_STATUS: Readonly<Record<number, ExitCode>> = { 401: 4, 403: 4, 429: 3, 502: 3, 503: 3, 504: 3 }

interface Coded {
  readonly code?: string
  /** Of what the API refused: why. */
  readonly reason?: string
  readonly status?: number
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof SaidAlready) return error.exitCode
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const { code = '', reason = '', status = 0 } = (error ?? {}) as Coded
  return OF_CODE[reason] ?? OF_CODE[code] ?? OF_STATUS[status] ?? 1
}
