import type { Database, Transaction } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import { decide } from './flow-decision.js'
import { DEFAULT_KEEP } from '../attempt/default-keep.js'
import type { Registry } from '../registry.js'
import { cancelWaiters, endWaits, freeWaiters, listStillWaiting, lockWaiters } from '../store/settle.js'
import type { BlockedWaiter, CancelledWaiter, EndedWait } from '../store/settle.js'

/** Most waits that one transaction settles, so that it holds no lock for long. */
const BATCH = 1_000

export interface FlowSettlerOptions {
  database: Database
  registry: Registry<never>
  clock: Clock
  /** Jobs are due that were blocked. */
  onDue: () => void
  onError: (error: unknown, where: string) => void
}

/**
 * Lets jobs go on once those that they wait for have ended, or cancels them. It runs after the commit that ended them; what
 * a crash leaves undone is found by {@link FlowSweep}.
 */
export class FlowSettler {
  readonly #ended = new Set<string>()
  #settling: Promise<void> | undefined

  constructor(private readonly options: FlowSettlerOptions) {}

  /** These jobs are over, and others may wait for them. What follows happens in the background. */
  ended(ids: readonly string[]): void {
    for (const id of ids) this.#ended.add(id)
    if (ids.length > 0) this.#settling ??= this.#settleAll()
  }

  /** Resolves once everything is settled that {@link ended} was told. */
  async idle(): Promise<void> {
    await this.#settling
  }

  /** @returns how many waits are over that were not before. */
  async settle(awaitedIds: readonly string[]): Promise<number> {
    const { database, clock } = this.options
    let settled = 0
    for (let batch = BATCH; batch === BATCH; settled += batch)
      batch = await database.transaction(async (tx) => {
        const ended = await endWaits(tx, awaitedIds, BATCH, clock.statementTime())
        await this.resolve(tx, ended)
        return ended.length
      })
    return settled
  }

  /** Decides about everyone whose wait for somebody is over since just now. */
  async resolve(tx: Transaction, ended: readonly EndedWait[]): Promise<void> {
    const awaitedBy = groupByWaiter(ended)
    const waiters = await lockWaiters(tx, [...awaitedBy.keys()])
    const waiting = await listStillWaiting(
      tx,
      waiters.map(({ id }) => id),
    )
    const free: string[] = []
    const cancelled: CancelledWaiter[] = []
    for (const waiter of waiters) {
      const decision = decide(
        { ...waiter, isStillWaiting: waiting.has(waiter.id) },
        awaitedBy.get(waiter.id) ?? [],
      )
      if (decision.kind === 'run') free.push(waiter.id)
      if (decision.kind === 'cancel')
        cancelled.push({ id: waiter.id, reason: decision.reason, keepMs: this.#keepMs(waiter) })
    }
    if (free.length > 0) await this.#free(tx, free)
    if (cancelled.length > 0) await this.#cancel(tx, cancelled)
  }

  async #free(tx: Transaction, ids: readonly string[]): Promise<void> {
    const { clock, onDue } = this.options
    if (await freeWaiters(tx, ids, clock.statementTime())) tx.afterCommit(onDue)
  }

  async #cancel(tx: Transaction, waiters: readonly CancelledWaiter[]): Promise<void> {
    const awaited = await cancelWaiters(tx, waiters, this.options.clock.statementTime())
    tx.afterCommit(() => this.ended(awaited)) // and so on, to those that wait for them
  }

  #keepMs({ name }: BlockedWaiter): number {
    return toMs((this.options.registry.find(name)?.keep ?? DEFAULT_KEEP).done)
  }

  async #settleAll(): Promise<void> {
    while (this.#ended.size > 0) {
      const ids = [...this.#ended].slice(0, BATCH)
      for (const id of ids) this.#ended.delete(id)
      await this.settle(ids).catch((error: unknown) => this.options.onError(error, 'settle flows')) // the sweep tries again
    }
    this.#settling = undefined
  }
}

function groupByWaiter(ended: readonly EndedWait[]): ReadonlyMap<string, EndedWait['awaited'][]> {
  const byWaiter = new Map<string, EndedWait['awaited'][]>()
  for (const { waiterId, awaited } of ended) {
    const group = byWaiter.get(waiterId)
    if (group) group.push(awaited)
    else byWaiter.set(waiterId, [awaited])
  }
  return byWaiter
}
