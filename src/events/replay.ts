import type { Executor } from '../database/index.js'
import type { NumberedEvent } from './live-event.js'
import { listOfStream, readLastNumbers } from './store/read-live-events.js'

/** Where somebody stands who has no reader of all streams to hear the rest from. */
export const EVERYTHING = Number.MAX_SAFE_INTEGER

/** A part of a stream that is asked for after a number. */
export interface ReplayWish {
  readonly tenantId: string
  readonly stream: string
  readonly after: number
  /** Where a reader of all streams stands, who tells what comes later. */
  readonly position: number
  readonly limit: number
}

export interface Replayed {
  readonly events: readonly NumberedEvent[]
  /** Where to go on. */
  readonly reached: number
  readonly hasMore: boolean
  /** Something after the number that was asked for is not kept any more, or that number was never given. */
  readonly isGap: boolean
}

/** The next page of a stream. */
export async function replay(db: Executor, wish: ReplayWish): Promise<Replayed> {
  const last = (await readLastNumbers(db, wish.tenantId, [wish.stream], wish.position)).get(wish.stream) ?? 0
  const after = Math.min(wish.after, last)
  const events = await listOfStream(db, { ...wish, after })
  const page = judgePage({ after, last, numbers: events.map(({ number }) => number), limit: wish.limit })
  return { events, ...page, isGap: page.isGap || after !== wish.after }
}

/** What a page that was read after `after` says of the stream, whose last number is `last`: one that lacks a number has a gap. */
export function judgePage({
  after,
  last,
  numbers,
  limit,
}: {
  after: number
  last: number
  numbers: readonly number[]
  limit: number
}): Pick<Replayed, 'reached' | 'hasMore' | 'isGap'> {
  const newest = numbers.at(-1) ?? last
  const hasMore = numbers.length === limit && newest < last
  // Some may have been numbered since `last` was read.
  const reached = hasMore ? newest : Math.max(newest, last)
  return { reached, hasMore, isGap: numbers.length < reached - after }
}
