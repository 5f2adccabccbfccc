import type { Database, Transaction } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import type { PlannedChild } from './children.js'
import type { Client } from '../enqueue/client.js'
import { FlowError } from '../errors.js'
import { planFlow, type Flow, type PlannedPart } from './flow.js'
import type { FlowSettler } from './flow-settler.js'
import { refuseUnknown } from '../refuse-unknown.js'
import { block, lockInOrder, lockRunning } from '../store/block.js'
import { findFinished, insertWaits, lockAwaited, wouldWaitForItself } from '../store/wait.js'
import type { Awaited, Wait } from '../store/wait.js'
import type { Enqueued } from '../enqueue/write-jobs.js'

export interface FlowsOptions {
  database: Database
  client: Client
  settler: FlowSettler
  clock: Clock
}

/** A running job that is to wait for others. */
export interface Blocking {
  readonly id: string
  readonly fence: string
  readonly children: readonly PlannedChild[]
}

/** Makes jobs wait for others. */
export class Flows {
  constructor(private readonly options: FlowsOptions) {}

  /**
   * Puts in several jobs of which some run after others: all in one transaction, the caller's `tx` if given.
   *
   * A part whose unique key is taken is the job that stands there already: others wait for that one, and it waits for
   * nothing that it did not wait for before.
   * @throws {FlowError} JOBS_FLOW_CYCLE, JOBS_FLOW_UNKNOWN_KEY, JOBS_FLOW_UNKNOWN_PARENT, JOBS_FLOW_MANY_TENANTS,
   *   JOBS_FLOW_SAME_JOB
   * @throws {JobsError} {@link DatabaseUnavailableError} as `enqueue` does
   */
  async enqueue<const Key extends string>(
    flow: Flow<Key>,
    { tx, ...others }: { tx?: Transaction | undefined } = {},
  ): Promise<Readonly<Record<Key, Enqueued>>> {
    refuseUnknown('of enqueueFlow', others, { tx: true })
    const { database, client } = this.options
    const parts = planFlow(flow, (wish) => client.prepare(wish))
    const write = (own: Transaction) => this.#write(own, parts)
    const enqueued = await (tx ? write(tx) : database.transaction(write, { prompt: true }))
    return Object.fromEntries(parts.map(({ key }, i) => [key, enqueued[i]])) as Record<Key, Enqueued>
  }

  async #write(tx: Transaction, parts: readonly PlannedPart[]): Promise<readonly Enqueued[]> {
    const [first] = parts
    if (!first) return []
    const { tenantId } = first.prepared.row
    const outside = await this.#findOver(tx, tenantId, [
      ...new Set(parts.flatMap(({ afterJobs }) => afterJobs)),
    ])
    for (const part of parts) refuseUnknownParent(part, outside)
    const enqueued = await this.options.client.writeIn(
      tx,
      parts.map(({ prepared }) => prepared),
    )
    const standing = parts.flatMap(({ prepared }, i) =>
      prepared.row.hasWaiters && !enqueued[i]?.isNew ? [enqueued[i]?.id ?? ''] : [],
    )
    const over = new Map([...outside, ...(await this.#findOver(tx, tenantId, standing))])
    await this.#wait(tx, waitsOf(parts, enqueued, over), over)
    return enqueued
  }

  /**
   * Puts in the children that a running job asked for and blocks it until they have ended, all in one transaction.
   * @returns the limits that have room now; `undefined`, and nothing is done, when the fence no longer fits or a cancel was
   *   requested
   * @throws {FlowError} JOBS_FLOW_CYCLE
   */
  async block(tx: Transaction, { id, fence, children }: Blocking): Promise<readonly string[] | undefined> {
    const { client } = this.options
    const named = children.filter((child) => typeof child === 'string')
    // In the order in which everyone locks them, so that no two block one another for ever.
    if (named.length > 0) await lockInOrder(tx, [id, ...named])
    const waiter = await lockRunning(tx, { id, fence })
    if (!waiter) return undefined

    const requested = children.filter((child) => typeof child !== 'string')
    const enqueued = await client.writeIn(tx, requested)
    const idOf = new Map(requested.map(({ row }, i) => [row, enqueued[i]?.id ?? row.id]))
    const ids = children.map((child) => (typeof child === 'string' ? child : (idOf.get(child.row) ?? '')))
    const standing = [...new Set([...named, ...enqueued.filter(({ isNew }) => !isNew).map((one) => one.id)])]
    const over = await this.#findOver(tx, waiter.tenantId, standing)
    await refuseCycle(
      tx,
      id,
      standing.filter((one) => !over.has(one)),
    )
    const limitKeys = await block(tx, id)
    const waits = [...new Set(ids)].map((awaitedId, i) => ({
      waiterId: id,
      awaitedId,
      position: waiter.waits + i,
      hasEnded: over.has(awaitedId),
    }))
    await this.#wait(tx, waits, over)
    return limitKeys
  }

  /** Those of `ids` that are over. The others are open, and cannot end before this transaction does. */
  async #findOver(
    tx: Transaction,
    tenantId: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Awaited>> {
    const missing = new Set(ids)
    const over = new Map<string, Awaited>()
    // Twice, for a finished job that is replayed between the two looks is seen by neither.
    for (let look = 1; look <= 2 && missing.size > 0; look++) {
      for (const id of await lockAwaited(tx, tenantId, [...missing])) missing.delete(id)
      if (missing.size === 0) break
      for (const awaited of await findFinished(tx, tenantId, [...missing])) {
        missing.delete(awaited.id)
        over.set(awaited.id, awaited)
      }
    }
    for (const id of missing) over.set(id, { id, name: null, state: 'gone' })
    return over
  }

  async #wait(tx: Transaction, waits: readonly Wait[], over: ReadonlyMap<string, Awaited>): Promise<void> {
    if (waits.length === 0) return
    const { clock, settler } = this.options
    await insertWaits(tx, waits, clock.statementTime())
    const ended = waits.flatMap(({ waiterId, awaitedId }) => {
      const awaited = over.get(awaitedId)
      return awaited ? [{ waiterId, awaited }] : []
    })
    if (ended.length > 0) await settler.resolve(tx, ended)
  }
}

function waitsOf(
  parts: readonly PlannedPart[],
  enqueued: readonly Enqueued[],
  over: ReadonlyMap<string, Awaited>,
): readonly Wait[] {
  const idByKey = new Map(parts.map(({ key }, i) => [key, enqueued[i]?.id ?? '']))
  return parts.flatMap(({ after, afterJobs }, i) => {
    const waiter = enqueued[i]
    if (!waiter?.isNew) return []
    const awaited = new Set([...after.map((key) => idByKey.get(key) ?? ''), ...afterJobs])
    return [...awaited].map((awaitedId, position) => ({
      waiterId: waiter.id,
      awaitedId,
      position,
      hasEnded: over.has(awaitedId),
    }))
  })
}

function refuseUnknownParent({ key, afterJobs }: PlannedPart, over: ReadonlyMap<string, Awaited>): void {
  const unknown = afterJobs.find((id) => over.get(id)?.state === 'gone')
  if (unknown === undefined) return
  throw new FlowError(
    'JOBS_FLOW_UNKNOWN_PARENT',
    `"${key}" is to run after job ${unknown}, but its tenant has no such job. Finished jobs are kept for a while only.`,
  )
}

async function refuseCycle(tx: Transaction, id: string, awaitedIds: readonly string[]): Promise<void> {
  if (awaitedIds.length === 0 || !(await wouldWaitForItself(tx, id, awaitedIds))) return
  throw new FlowError(
    'JOBS_FLOW_CYCLE',
    `The job wanted to wait for one that waits for it, itself or by way of others, so neither could ever go on.`,
  )
}
