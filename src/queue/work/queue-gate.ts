import type { Database, Transaction } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import { nextRoomAt, roomOf, type LimitValues } from '../limit/limit.js'
import type { QueuePolicies } from '../policy/queue-policies.js'
import { ensureBuckets, lockBuckets } from '../store/bucket.js'
import { claim, toDate, type Claim, type ClaimedJob, type QueueWish } from '../store/claim.js'
import { countQueueUsage, rememberStarts, type QueueUsage, type Window } from '../store/usage.js'

/** A queue that was found full is left alone for this long, unless a job of it ends here before. */
const LOOK_AGAIN_MS = 150

/**
 * Claims no more of a queue than its limits allow on all workers together. Queues that were just found full are not even
 * asked, and a claim without limited queues stays the one statement that it is: so a full queue slows no other.
 */
export class QueueGate {
  readonly #fullUntilMs = new Map<string, number>()

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly queues: Pick<QueuePolicies, 'limitOf'>,
    /** Called when a rate lets the next job start. */
    private readonly onRoom: () => void,
  ) {}

  /** Other limits are set than before, so that a full queue may have room. */
  lookAnew(): void {
    this.#fullUntilMs.clear()
  }

  /** A job of this queue has ended here, so the queue may have room. */
  ended(queue: string): void {
    this.#fullUntilMs.delete(queue)
  }

  async claim(wish: Claim): Promise<readonly ClaimedJob[]> {
    const nowMs = this.clock.monotonicMs()
    const wishes = wish.wishes.filter(({ queue }) => (this.#fullUntilMs.get(queue) ?? 0) <= nowMs)
    const limited = wishes.filter(({ queue }) => this.queues.limitOf(queue))
    if (wishes.length === 0) return []
    if (limited.length === 0) return claim(this.database, { ...wish, wishes })
    return this.database.transaction((tx) => this.#claimWithin(tx, { ...wish, wishes }, limited))
  }

  async #claimWithin(
    tx: Transaction,
    wish: Claim,
    limited: readonly QueueWish[],
  ): Promise<readonly ClaimedJob[]> {
    const windows = limited.map(({ queue }) => this.#window(queue))
    const keys = windows.map(({ key }) => key)
    if ((await lockBuckets(tx, keys, wish.unsynced)).length < keys.length) {
      await ensureBuckets(tx, keys)
      await lockBuckets(tx, keys, wish.unsynced)
    }
    // A statement of its own: it sees what those who held the lock before have claimed.
    const usages = await countQueueUsage(tx, windows, wish.now)
    const wishes = wish.wishes.flatMap((one) => this.#cut(one, usages))
    const now = usages[0]?.at ?? wish.now
    const suspects = { ...wish.suspects, together: Math.min(wish.suspects.together, 1) } // the quotas leave room for one
    const jobs = await claim(tx, { ...wish, wishes, suspects, now })
    await this.#remember(tx, windows, jobs)
    return jobs
  }

  #window(queue: string): Window {
    const { rate } = this.queues.limitOf(queue) ?? {}
    return { key: keyOf(queue), perMs: rate ? toMs(rate.per) : null }
  }

  #cut(wish: QueueWish, usages: readonly QueueUsage[]): readonly QueueWish[] {
    const limit = this.queues.limitOf(wish.queue)
    const usage = usages.find(({ key }) => key === keyOf(wish.queue))
    if (!limit || !usage) return [wish]
    const room = roomOf(limit, usage)
    if (room === 0) {
      this.#leaveAlone(wish.queue, limit, usage)
      return []
    }
    // One that has lost a worker comes on top of the quota.
    return [{ ...wish, quota: Math.min(wish.quota, usage.hasSuspect ? room - 1 : room) }]
  }

  #leaveAlone(queue: string, limit: LimitValues, usage: QueueUsage): void {
    const roomAt = nextRoomAt(limit, usage)
    const untilRoomMs = roomAt ? roomAt.getTime() - usage.at.getTime() : Infinity
    if (untilRoomMs < LOOK_AGAIN_MS) this.clock.after(untilRoomMs, this.onRoom)
    this.#fullUntilMs.set(queue, this.clock.monotonicMs() + Math.min(untilRoomMs, LOOK_AGAIN_MS))
  }

  async #remember(tx: Transaction, windows: readonly Window[], jobs: readonly ClaimedJob[]): Promise<void> {
    const starts = windows.flatMap(({ key, perMs }) => {
      const count = jobs.filter(({ queue }) => keyOf(queue) === key).length
      return perMs !== null && count > 0 ? [{ key, perMs, count }] : []
    })
    const [first] = jobs
    if (first && starts.length > 0) await rememberStarts(tx, starts, toDate(first.claimedAtMs))
  }
}

function keyOf(queue: string): string {
  return `queue/${queue}`
}
