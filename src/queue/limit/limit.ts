import { toMs, type Duration } from '../../time/index.js'
import { setKeyOf, totalLimitOf } from '../policy/total-limit.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { Registry } from '../registry.js'

/** At most so many jobs, whichever they are. */
export interface LimitValues {
  /** Running at once, on all workers together. */
  readonly concurrency?: number | undefined
  /** Starts within any stretch of `per`: one that lies exactly `per` back no longer counts. */
  readonly rate?: { readonly max: number; readonly per: Duration } | undefined
}

/** What a limit's room is taken by. */
export interface Usage {
  /** Admitted, and not yet started. */
  readonly waiting: number
  readonly running: number
  /** Within the last `per`, whatever became of the jobs since. */
  readonly starts: number
  readonly oldestStartAt: Date | null
}

/** Each start is remembered until its window is over, and counted at each look. */
const MOST_STARTS = 10_000

const RATE: Readonly<Record<keyof NonNullable<LimitValues['rate']>, true>> = { max: true, per: true }

/** @throws {UnknownOptionError} JOBS_UNKNOWN_OPTION */
export function refuseUnknownRate(whose: string, { rate }: LimitValues): void {
  if (rate) refuseUnknown(`of the rate of ${whose}`, rate, RATE)
}

/** What is wrong with a limit, to be said of it; `undefined`: nothing. */
export function faultOf({ concurrency, rate }: LimitValues): string | undefined {
  for (const number of [concurrency ?? 1, rate ? rate.max : 1])
    if (!Number.isInteger(number) || number < 1)
      return `is ${number}, which is not a whole number of 1 or more`
  if (rate && rate.max > MOST_STARTS)
    return `is a rate of ${rate.max} starts, more than the ${MOST_STARTS} that are remembered: say fewer in a shorter time`
  return rate && toMs(rate.per) === 0 ? 'is a rate per no time' : undefined
}

/**
 * How many more may be let in. Whoever is let in may start at any later time, so it counts against the rate until it has
 * started and from then on for `per`: so no window ever sees more than `max` starts.
 */
export function roomOf({ concurrency = Infinity, rate }: LimitValues, usage: Usage): number {
  const slots = concurrency - usage.waiting - usage.running
  const tokens = rate ? rate.max - usage.starts - usage.waiting : Infinity
  return Math.max(0, Math.min(slots, tokens))
}

/** When the rate lets the next one in, if it is what keeps the limit full. */
export function nextRoomAt(limit: LimitValues, usage: Usage): Date | null {
  const { rate } = limit
  if (!rate || !usage.oldestStartAt || roomOf({ rate }, usage) > 0) return null
  return new Date(usage.oldestStartAt.getTime() + toMs(rate.per))
}

/**
 * When a rate lets in the next job but `ahead`, if each before it starts as soon as there is room, and those that are let in
 * already start now.
 * @param starts within the last `per`, the oldest first
 */
export function rateRoomAt(
  { max, per }: NonNullable<LimitValues['rate']>,
  { starts, waiting, ahead, now }: { starts: readonly Date[]; waiting: number; ahead: number; now: Date },
): Date {
  const taken = [...starts, ...Array<Date>(waiting).fill(now)]
  const free = Math.max(0, max - taken.length)
  if (ahead < free) return now
  const known = [...taken, ...Array<Date>(free).fill(now)] // those ahead of it that start now
  // Whose place it takes: a start that is known, or that of one ahead of it, which took the place of an earlier one.
  const place = ahead + taken.length - max
  const rounds = Math.max(0, Math.ceil((place - known.length + 1) / max))
  const start = known[place - rounds * max] ?? now
  return new Date(start.getTime() + (rounds + 1) * toMs(per))
}

/** The name of the definition whose limit has `key`. */
export function definitionOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}

/** What is set of `key`, or its definition says of it today; without a word of it there is no limit any more. */
export function limitOf(registry: Registry<never>, key: string): LimitValues {
  const job = registry.find(definitionOf(key))
  if (!job) return {}
  const concurrency = registry.policies.concurrencyOf(job) ?? undefined
  if (key === setKeyOf(job)) return totalLimitOf(job) ? {} : { concurrency }
  const number = Number(key.split('/', 2)[1])
  const declared = job.limits[number] ?? {}
  return totalLimitOf(job)?.index === number ? { ...declared, concurrency } : declared
}
