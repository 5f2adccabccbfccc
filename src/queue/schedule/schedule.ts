import { isDuration, isTimeZone, refuseInvalidCron, toMs, type Duration } from '../../time/index.js'
import { nearestName } from '../nearest-name.js'

/** What becomes of a tick while a job of the same schedule is not finished. */
export type Overlap = 'allow' | 'skip' | 'queue'

/** What becomes of ticks that nobody was there to see. */
export type Missed = 'latest' | 'skip' | { readonly all: number }

/** When a schedule ticks: by the clock of a zone, or every so often. */
export type Timing =
  | {
      /** Five fields: minute hour day month weekday. */
      cron: string
      /** An IANA name, or `'tenant'`: then every tenant has its own, in its own zone. */
      timeZone: string
      every?: never
    }
  | {
      /** Counted from when the schedule was first entered, so that it does not drift. `'5s'` to `'366d'`. */
      every: Duration
      cron?: never
      timeZone?: never
    }

export interface ScheduleOptions {
  /** Each job runs later than its tick by a chance length of time up to this. Default `'0s'`; at most `'1d'`. */
  jitter?: Duration
  /**
   * While a job of this schedule is not finished, the next tick's job is made all the same (`'allow'`), never (`'skip'`),
   * or once that one has ended (`'queue'`; the newest tick waits, no other). Default `'allow'`.
   */
  overlap?: Overlap
  /**
   * Of the ticks missed while no engine ran: the latest is made up for (`'latest'`), none that is over a minute late
   * (`'skip'`), or the newest so many, oldest first (`{ all: 10 }`; 1 to 1,000). Default `'latest'`.
   */
  missed?: Missed
}

export type Schedule<Payload> = Timing &
  ScheduleOptions & {
    /** Part of the schedule's stored name: `daily`, `weekly`. Unique within the definition. */
    name: string
    /** Whether every tenant has one of its own; otherwise there is one, of the tenant `default`. Default true. */
    perTenant?: boolean
    payload(tick: Date): Payload
  }

/** What people may set of a schedule. With `every` it needs neither `cron` nor `timeZone`. */
export interface ScheduleSettings extends ScheduleOptions {
  cron?: string
  timeZone?: string
  every?: Duration
}

/** All that settings may say. */
export const SCHEDULE_SETTINGS: Readonly<Record<keyof ScheduleSettings, true>> = {
  cron: true,
  timeZone: true,
  every: true,
  jitter: true,
  overlap: true,
  missed: true,
}

export const SCHEDULE_DEFAULTS = { overlap: 'allow', missed: 'latest', jitter: '0s' } as const

const OVERLAPS: readonly string[] = ['allow', 'skip', 'queue'] satisfies Overlap[]
const SHORTEST_INTERVAL_MS = 5_000 // ticks are looked for each second
const LONGEST_JITTER_MS = 86_400_000
const LONGEST_INTERVAL_MS = 366 * 86_400_000
const MOST_MISSED = 1_000

/**
 * What is wrong with a schedule, as the end of a sentence that begins with its name; `undefined` if nothing is.
 * @throws TIME_INVALID_CRON
 */
export function flawOf(schedule: ScheduleSettings & { name: string }): string | undefined {
  const { name, overlap = 'allow', jitter = '0s', missed = 'latest' } = schedule
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name))
    return 'has a name that is not up to 100 letters, digits, dots and dashes'
  if (!OVERLAPS.includes(overlap))
    return `has the unknown overlap policy "${overlap}": write ${OVERLAPS.join(', ')}`
  if (!isDuration(jitter) || toMs(jitter) > LONGEST_JITTER_MS)
    return `has a jitter of "${jitter}", not of up to 1d`
  return flawOfMissed(missed) ?? flawOfTiming(schedule)
}

function flawOfMissed(missed: Missed): string | undefined {
  if (missed === 'latest' || missed === 'skip') return undefined
  const { all } = missed as Partial<Exclude<Missed, string>>
  if (Number.isInteger(all) && Number(all) >= 1 && Number(all) <= MOST_MISSED) return undefined
  return `treats missed ticks as ${JSON.stringify(missed)}: write latest, skip or { all: 1 to ${MOST_MISSED} }`
}

function flawOfTiming({ cron, timeZone, every }: ScheduleSettings): string | undefined {
  if ((cron === undefined) === (every === undefined)) return 'needs either cron or every'
  if (every !== undefined)
    return timeZone === undefined ? flawOfInterval(every) : 'has a timeZone, but no cron'
  if (timeZone === undefined) return 'has a cron, but no timeZone'
  if (timeZone !== 'tenant' && !isTimeZone(timeZone)) return flawOfZone(timeZone)
  refuseInvalidCron(cron ?? '', timeZone === 'tenant' ? 'UTC' : timeZone)
  return undefined
}

function flawOfInterval(every: Duration): string | undefined {
  const ms = isDuration(every) ? toMs(every) : 0
  return ms >= SHORTEST_INTERVAL_MS && ms <= LONGEST_INTERVAL_MS
    ? undefined
    : `runs every "${every}", not every 5s to 366d`
}

function flawOfZone(timeZone: string): string {
  const nearest = nearestName(timeZone, Intl.supportedValuesOf('timeZone'))
  return `has the unknown time zone "${timeZone}"${nearest ? ` (did you mean "${nearest}"?)` : ''}`
}
