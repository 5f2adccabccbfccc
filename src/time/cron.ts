import { Cron } from 'croner'

export class InvalidCronError extends Error {
  readonly code = 'TIME_INVALID_CRON'
  constructor(cron: string, timeZone: string, cause: unknown) {
    super(`"${cron}" in time zone "${timeZone}" is not a schedule: ${describe(cause)}`, { cause })
    this.name = 'InvalidCronError'
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/**
 * The first instant after `after` at which `cron` (minute hour day month weekday) is due on a clock in `timeZone`.
 * @returns `undefined` when it will never be due again.
 * @throws {InvalidCronError} TIME_INVALID_CRON
 */
export function nextCron(cron: string, timeZone: string, after: Date): Date | undefined {
  return ask(cron, timeZone, (pattern) => pattern.nextRun(after) ?? undefined)
}

/**
 * The last instant before `before` at which `cron` was due on a clock in `timeZone`.
 * @returns `undefined` when it never was.
 * @throws {InvalidCronError} TIME_INVALID_CRON
 */
export function previousCron(cron: string, timeZone: string, before: Date): Date | undefined {
  return ask(cron, timeZone, (pattern) => pattern.previousRuns(1, before)[0])
}

function ask<Answer>(cron: string, timeZone: string, question: (pattern: Cron) => Answer): Answer {
  try {
    return question(new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true }))
  } catch (cause) {
    throw new InvalidCronError(cron, timeZone, cause)
  }
}

/**
 * Whether `name` is an IANA time zone. Abbreviations are none: `IST` is one zone to Node and another to PostgreSQL.
 */
export function isTimeZone(name: string): boolean {
  if (name !== 'UTC' && !name.includes('/')) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
