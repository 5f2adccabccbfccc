import type { Session } from './contender.js'
import { CELL_LIMIT_MS } from './scenario.js'
import { IncorrectError, Tally } from './tally.js'

export interface Drained {
  readonly perSecond: number
  /** Jobs that had run when the clock stopped. */
  readonly handled: number
  /** Whether all had run then, and their ends were written down. */
  readonly isWhole: boolean
}

export interface DrainOptions {
  readonly concurrency: number
  /** Numbered from 0. */
  readonly count: number
  /** After how many of them the clock stops. Default: all. */
  readonly enough?: number
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
  const { concurrency, count, enough = count, forMs = CELL_LIMIT_MS, isKept } = options
  const before = isKept ? await session.finished() : 0
  const tally = new Tally(count)
  const over = signal()
  let startedMs = 0
  const stop = await session.work(concurrency, (n) => {
    startedMs ||= performance.now()
    tally.add(n)
    if (tally.handled >= enough) over.resolve()
  })
  startedMs ||= performance.now()
  await within(forMs, over.promise)
  const endedMs = tally.isWhole ? await whenAllEnded(session) : undefined
  const tookMs = (endedMs ?? performance.now()) - startedMs
  const handled = tally.handled
  await stop()
  if (handled === 0) throw new Error('no job ran in the time of a cell')
  await verify(session, tally, { isKept, before })
  return { perSecond: (handled / tookMs) * 1_000, handled, isWhole: endedMs !== undefined }
}

/** What a reader has to know of a drain whose time was up. */
export function cutNote({ handled }: Drained, of: number): { note?: string } {
  return handled >= of ? {} : { note: `${handled} of ${of} jobs in the time of a cell` }
}

/** The instant at which the store was asked and said that no end is still to come; `undefined`: not within 5 s. */
export async function whenAllEnded(session: Session): Promise<number | undefined> {
  const untilMs = performance.now() + 5_000
  while (performance.now() < untilMs) {
    const askedMs = performance.now()
    if ((await session.unfinished()) === 0) return askedMs
    await pause(1)
  }
  return undefined
}

/** graphile-worker writes the last ends after it says that it has stopped. */
const LATE_MS = 2_000

/**
 * To be called once the workers have stopped.
 * @throws {IncorrectError} when a job ran twice, or neither ran nor waits, or is not kept as finished
 */
export async function verify(
  session: Session,
  tally: Tally,
  { isKept, before = 0 }: { isKept: boolean; before?: number },
): Promise<void> {
  const left = await leftOf(session, tally.count - tally.distinct)
  if (tally.isWhole && left > 0) throw new IncorrectError(`${left} jobs ran, and never ended`)
  const fault = tally.faultOf({ left })
  if (fault) throw new IncorrectError(fault)
  if (isKept) await verifyKept(session, before + tally.handled)
}

/** How many have not ended, once the late ends are written. */
async function leftOf(session: Session, expected: number): Promise<number> {
  const untilMs = performance.now() + LATE_MS
  let left = await session.unfinished()
  while (left > expected && performance.now() < untilMs) {
    await pause(50)
    left = await session.unfinished()
  }
  return left
}

/** For jobs that have all run: the same, of their ends alone. */
export async function verifyEnds(session: Session, ran: number, isKept: boolean): Promise<void> {
  const left = await session.unfinished()
  if (left > 0) throw new IncorrectError(`${left} jobs ran, and never ended`)
  if (isKept) await verifyKept(session, ran)
}

async function verifyKept(session: Session, expected: number): Promise<void> {
  const finished = await session.finished()
  if (finished !== expected)
    throw new IncorrectError(`${expected} jobs have run, and ${finished} are kept as finished`)
}

/** Until `over` resolves or the time is up. */
export async function within(forMs: number, over: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([over, new Promise((resolve) => (timer = setTimeout(resolve, forMs)))])
  clearTimeout(timer)
}

/** @throws {IncorrectError} when it is not so within the limit of a cell */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const untilMs = performance.now() + CELL_LIMIT_MS
  while (!isSo()) {
    if (performance.now() > untilMs) throw new IncorrectError(`${what} did not happen in the time of a cell`)
    await pause(5)
  }
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
