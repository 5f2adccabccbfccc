import { Cron } from 'croner'

import { firstInstantOf, offsetMs } from './zone.js'

/*
 * Where both the day of the month and the weekday are other than an asterisk, either suffices, as in cron of old.
 *
 * The rule for the days on which clocks change: an hour field with an asterisk (every hour, every second hour) means real
 * hours: due at each instant whose clock matches, so twice in an hour that comes twice, and not in one that is skipped.
 * Any other hour field names times of the day, and each is due once: in a skipped hour at the first instant after it, in
 * an hour that comes twice at its first coming.
 */

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

const DAY_MS = 86_400_000

/**
 * The first instant after `after` at which `cron` (minute hour day month weekday) is due on a clock in `timeZone`.
 * @returns `undefined` when it will never be due again.
 * @throws {InvalidCronError} TIME_INVALID_CRON
 */
export function nextCron(cron: string, timeZone: string, after: Date): Date | undefined {
  return ask(findNext, cron, timeZone, after)
}

/**
 * The last instant before `before` at which `cron` was due on a clock in `timeZone`.
 * @returns `undefined` when it never was.
 * @throws {InvalidCronError} TIME_INVALID_CRON
 */
export function previousCron(cron: string, timeZone: string, before: Date): Date | undefined {
  return ask(findPrevious, cron, timeZone, before)
}

/** @throws {InvalidCronError} TIME_INVALID_CRON when `cron` is none, or is never due. */
export function refuseInvalidCron(cron: string, timeZone: string): void {
  if (!nextCron(cron, timeZone, new Date(0)))
    throw new InvalidCronError(cron, timeZone, 'no month has such a day, so it would never be due')
}

type Question = (cron: string, timeZone: string, at: Date) => Date | null | undefined

function findNext(cron: string, timeZone: string, after: Date): Date | null | undefined {
  const pattern = parse(cron, timeZone)
  if (meansRealHours(cron)) return pattern.nextRun(after)
  let wall: Date | null = new Date(after.getTime() + offsetMs(timeZone, after.getTime()))
  while ((wall = pattern.nextRun(wall))) {
    const at = firstInstantOf(wall.getTime(), timeZone)
    if (at > after.getTime()) return new Date(at)
  }
  return undefined
}

function findPrevious(cron: string, timeZone: string, before: Date): Date | undefined {
  const pattern = parse(cron, timeZone)
  if (meansRealHours(cron)) return pattern.previousRuns(1, before)[0]
  const ms = before.getTime()
  // A clock that was put back within the last day has shown later times than it does now.
  let wall: Date | undefined = new Date(
    ms + Math.max(offsetMs(timeZone, ms), offsetMs(timeZone, ms - DAY_MS)),
  )
  while ((wall = pattern.previousRuns(1, wall)[0])) {
    const at = firstInstantOf(wall.getTime(), timeZone)
    if (at < ms) return new Date(at)
  }
  return undefined
}

function meansRealHours(cron: string): boolean {
  return cron.trim().split(/\s+/)[1]?.includes('*') ?? false
}

/** To read one takes a third of the time of an answer. */
const patterns = new Map<string, Cron>()
const MOST_PATTERNS = 1_000

function parse(cron: string, timeZone: string): Cron {
  const key = `${cron} ${timeZone}`
  const known = patterns.get(key)
  if (known) return known
  if (patterns.size >= MOST_PATTERNS) patterns.clear()
  const pattern = read(cron, timeZone)
  patterns.set(key, pattern)
  return pattern
}

/** Times of the day are looked for on a clock that never changes, and then found on the zone's clock. */
function read(cron: string, timeZone: string): Cron {
  const fields = cron.trim().split(/\s+/)
  // Croner itself takes nicknames, and dates where there is a colon.
  if (fields.length !== 5 || cron.includes(':'))
    throw new Error('write five fields: minute hour day month weekday, such as 30 6 * * 1-5')
  const clock = meansRealHours(cron) ? { timezone: timeZone } : { utcOffset: 0 }
  return new Cron(cron, { ...clock, mode: '5-part', paused: true })
}

/** Many tenants ask the same within moments, and an answer takes a fifth of a millisecond. */
const answers = new Map<string, number | undefined>()
const MOST_ANSWERS = 5_000

function ask(question: Question, cron: string, timeZone: string, at: Date): Date | undefined {
  const key = `${question.name} ${cron} ${timeZone} ${at.getTime()}`
  if (!answers.has(key)) {
    if (answers.size >= MOST_ANSWERS) answers.clear()
    answers.set(key, find(question, cron, timeZone, at)?.getTime())
  }
  const answer = answers.get(key)
  return answer === undefined ? undefined : new Date(answer)
}

function find(question: Question, cron: string, timeZone: string, at: Date): Date | null | undefined {
  try {
    return question(cron, timeZone, at)
  } catch (cause) {
    throw new InvalidCronError(cron, timeZone, cause)
  }
}
