import { InvalidOptionError } from '../errors.js'
import { refuseUnknown } from '../refuse-unknown.js'

/** From which values on a queue's alerts are raised; `null`: never. */
export interface Thresholds {
  /** Of the attempts that ended lately, those that failed. */
  readonly failureRatePercent: number | null
  /** How far back is lately. */
  readonly failureMinutes: number
  /** With fewer ends than that a rate tells nothing. */
  readonly failureLeastEnds: number
  /** How long the job has waited that has waited longest. */
  readonly oldestWaitingMinutes: number | null
  /** Jobs that died within the last hour. */
  readonly deadPerHour: number | null
  /** How long a schedule has been due without a tick. */
  readonly scheduleLateMinutes: number | null
  /** How long a job has waited in a queue that no live worker serves. */
  readonly noWorkerMinutes: number | null
}

/** Where people decided otherwise. */
export type ThresholdChanges = { readonly [Name in keyof Thresholds]?: Thresholds[Name] | undefined }

/** What holds for every queue of every tenant as long as nobody decides otherwise; `docs/operate.md` has the same table. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  failureRatePercent: 50,
  failureMinutes: 10,
  failureLeastEnds: 20,
  oldestWaitingMinutes: 15,
  deadPerHour: 10,
  scheduleLateMinutes: 5,
  noWorkerMinutes: 2,
}

const WEEK = 10_080

/** The whole numbers that each may be, and whether it may be off. */
export const THRESHOLD_RANGES = {
  failureRatePercent: { least: 1, most: 100, mayBeOff: true },
  failureMinutes: { least: 1, most: 60, mayBeOff: false },
  failureLeastEnds: { least: 1, most: 1_000_000, mayBeOff: false },
  oldestWaitingMinutes: { least: 1, most: WEEK, mayBeOff: true },
  deadPerHour: { least: 1, most: 1_000_000, mayBeOff: true },
  scheduleLateMinutes: { least: 1, most: WEEK, mayBeOff: true },
  noWorkerMinutes: { least: 1, most: WEEK, mayBeOff: true },
} as const satisfies Readonly<
  Record<keyof Thresholds, { readonly least: 1; readonly most: number; readonly mayBeOff: boolean }>
>

const THRESHOLD_NAMES = Object.keys(DEFAULT_THRESHOLDS) as readonly (keyof Thresholds)[]

const KNOWN = Object.fromEntries(THRESHOLD_NAMES.map((name) => [name, true])) as Record<string, true>

export function settleThresholds(changes: ThresholdChanges | null): Thresholds {
  return { ...DEFAULT_THRESHOLDS, ...changes }
}

/**
 * What is `undefined` is left out, so that the default holds.
 * @throws {JobsError} JOBS_UNKNOWN_OPTION, JOBS_INVALID_OPTION
 */
export function checkThresholds(changes: ThresholdChanges): ThresholdChanges {
  refuseUnknown('of alert thresholds', changes, KNOWN)
  const given = THRESHOLD_NAMES.filter((name) => changes[name] !== undefined)
  for (const name of given) refuseInvalid(name, changes[name] as number | null)
  return Object.fromEntries(given.map((name) => [name, changes[name]]))
}

function refuseInvalid(name: keyof Thresholds, value: number | null): void {
  const { least, most, mayBeOff } = THRESHOLD_RANGES[name]
  if (value === null ? mayBeOff : Number.isInteger(value) && value >= least && value <= most) return
  const orOff = mayBeOff ? ', nor null, which turns the alert off' : ''
  throw new InvalidOptionError(name, `is ${value}, not a whole number from ${least} to ${most}${orOff}`)
}
