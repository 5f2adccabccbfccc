import { nextCron, previousCron, toMs, type Duration } from '../../time/index.js'
import type { Missed, Overlap } from './schedule.js'

/** When a schedule ticks, as its row says it. */
export interface Beat {
  /** Five fields, or `every 15m`. */
  readonly cron: string
  readonly timeZone: string
  /** From when intervals are counted. */
  readonly anchorAt: Date
}

const EVERY = 'every '

export function toCronText({
  cron,
  every,
}: {
  cron?: string | undefined
  every?: Duration | undefined
}): string {
  return cron ?? `${EVERY}${every ?? ''}`
}

/** The interval in a row's cron; `undefined` when it holds five fields. */
export function intervalOf(cron: string): Duration | undefined {
  return cron.startsWith(EVERY) ? (cron.slice(EVERY.length) as Duration) : undefined
}

/** The first tick after `after`. @throws TIME_INVALID_CRON */
export function nextTick({ cron, timeZone, anchorAt }: Beat, after: Date): Date | undefined {
  const every = intervalOf(cron)
  if (every === undefined) return nextCron(cron, timeZone, after)
  const passed = Math.floor((after.getTime() - anchorAt.getTime()) / toMs(every))
  return new Date(anchorAt.getTime() + Math.max(1, passed + 1) * toMs(every))
}

/** The last tick before `before`. @throws TIME_INVALID_CRON */
function previousTick({ cron, timeZone, anchorAt }: Beat, before: Date): Date | undefined {
  const every = intervalOf(cron)
  if (every === undefined) return previousCron(cron, timeZone, before)
  const passed = Math.ceil((before.getTime() - anchorAt.getTime()) / toMs(every)) - 1
  return passed < 1 ? undefined : new Date(anchorAt.getTime() + passed * toMs(every))
}

/** A tick that is seen later than this was missed. */
const GRACE_MS = 60_000

export interface Moment {
  readonly beat: Beat
  readonly overlap: Overlap
  readonly missed: Missed
  /** Not after `now` when it is due. */
  readonly nextAt: Date
  readonly waitingTick: Date | null
  /** Whether a job of the schedule has not finished. */
  readonly isBusy: boolean
  readonly now: Date
}

/** What becomes of the ticks of one schedule at one moment; each list is oldest first. */
export interface Plan {
  readonly run: readonly Date[]
  readonly skipped: readonly Date[]
  readonly missed: readonly Date[]
  readonly waitingTick: Date | null
  readonly nextAt: Date | null
}

export function planTicks(moment: Moment): Plan {
  const { beat, nextAt, now } = moment
  if (nextAt > now) return { ...letRun(moment, []), missed: [], nextAt }
  const due = dueTicks(moment)
  const isMissed = moment.missed === 'skip' && now.getTime() - Number(due.at(-1)) > GRACE_MS
  return {
    ...letRun(moment, isMissed ? [] : due),
    missed: isMissed ? due : [],
    nextAt: nextTick(beat, now) ?? null,
  }
}

/** The newest ticks that may be made up for, found from the newest back, however many more there were. */
function dueTicks({ beat, missed, nextAt, now }: Moment): readonly Date[] {
  const most = typeof missed === 'object' ? missed.all : 1
  const ticks: Date[] = []
  let tick = previousTick(beat, new Date(now.getTime() + 1)) // due at this very instant counts
  for (; tick && tick >= nextAt && ticks.length < most; tick = previousTick(beat, tick)) ticks.unshift(tick)
  return ticks.length > 0 ? ticks : [nextAt] // what an earlier version promised is kept
}

/** Where not all may run the newest do. */
function letRun(
  { overlap, isBusy, waitingTick }: Moment,
  due: readonly Date[],
): Pick<Plan, 'run' | 'skipped' | 'waitingTick'> {
  const ticks = waitingTick ? [waitingTick, ...due] : due
  if (overlap === 'allow') return { run: ticks, skipped: [], waitingTick: null }
  const mayRun = isBusy ? 0 : 1
  const kept = overlap === 'queue' ? mayRun + 1 : mayRun
  const from = Math.max(0, ticks.length - kept)
  return {
    run: ticks.slice(from, from + mayRun),
    skipped: ticks.slice(0, from),
    waitingTick: ticks.slice(from + mayRun)[0] ?? null,
  }
}
