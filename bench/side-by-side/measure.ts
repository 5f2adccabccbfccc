import type { Session } from './contender.js'
import { CELL_LIMIT_MS } from './scenario.js'
import { IncorrectError, Tally } from './tally.js'

export interface Drained {
  readonly perSecond: number
  /** Jobs that had run when the clock stopped. */
  readonly handled: number
  readonly isWhole: boolean
  /** Jobs a second in the second half, when all is under way. */
  readonly pace: number
}

export interface DrainOptions {
  readonly concurrency: number
  /** Numbered from 0. */
  readonly count: number
  /** After which it counts what has been done. Default: the limit of a cell. */
  readonly forMs?: number
  /** Whether what has finished is kept, and so can be counted. */
  readonly isKept: boolean
}

/**
 * Runs the jobs that wait, from when the workers are up until the last end is written down.
 * @throws {IncorrectError} when a job ran twice, or not at all, or is not among the finished ones.
 */
export async function drain(session: Session, options: DrainOptions): Promise<Drained> {
  const { concurrency, count, forMs = CELL_LIMIT_MS, isKept } = options
  const tally = new Tally(count)
  const over = signal()
  const before = isKept ? await session.finished() : 0
  let fault: Error | undefined
  let startedMs = 0
  let halfMs = 0
  let lastMs = 0
  const stop = await session.work(concurrency, (n) => {
    startedMs ||= performance.now()
    try {
      tally.add(n)
    } catch (error) {
      fault ??= error as Error
    }
    if (tally.handled === count >> 1) halfMs = performance.now()
    if (tally.isWhole) {
      lastMs = performance.now()
      over.resolve()
    }
  })
  startedMs ||= performance.now()
  const timer = setTimeout(over.resolve, forMs)
  await over.promise
  clearTimeout(timer)
  const isWhole = tally.isWhole && (await endsAll(session))
  const tookMs = performance.now() - startedMs
  const inTime = tally.handled
  await stop()
  if (inTime === 0) throw new Error('no job ran in the time of a cell')
  if (fault) throw new IncorrectError(fault.message)
  await verify(session, tally, isWhole)
  if (isKept) await verifyKept(session, before + tally.handled)
  const perSecond = (inTime / tookMs) * 1_000
  const pace = isWhole ? ((count / 2) * 1_000) / Math.max(1, lastMs - halfMs) : perSecond
  return { perSecond, handled: inTime, isWhole, pace }
}

/** Each job's end is written down soon after it has run. */
async function endsAll(session: Session): Promise<boolean> {
  const untilMs = performance.now() + 5_000
  while (performance.now() < untilMs) {
    if ((await session.unfinished()) === 0) return true
    await pause(1)
  }
  return false
}

async function verify(session: Session, tally: Tally, isWhole: boolean): Promise<void> {
  const left = await session.unfinished()
  if (tally.isWhole && !isWhole) throw new IncorrectError(`${left} jobs ran, and never ended`)
  const fault = tally.faultOf({ left })
  if (fault) throw new IncorrectError(fault)
}

async function verifyKept(session: Session, expected: number): Promise<void> {
  const finished = await session.finished()
  if (finished !== expected)
    throw new IncorrectError(`${expected} jobs have run, and ${finished} are kept as finished`)
}

/** Puts in jobs from `from` on, in chunks as a careful caller does. */
export async function enqueueInBulk(session: Session, count: number, { from = 0, chunk = 1_000 } = {}) {
  const starts = Array.from({ length: Math.ceil(count / chunk) }, (_, i) => i * chunk)
  let next = 0
  const caller = async () => {
    for (let start = starts[next++]; start !== undefined; start = starts[next++])
      await session.enqueueMany(numbers(from + start, Math.min(chunk, count - start)))
  }
  await Promise.all([caller(), caller()])
}

export const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i)

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => (resolve = settle))
  return { promise, resolve }
}
