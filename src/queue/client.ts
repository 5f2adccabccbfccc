import type { Database, Transaction } from '../database/index.js'
import type { Clock } from '../time/index.js'
import type { Job } from './define-job.js'
import { prepare, type Prepared } from './prepare.js'
import type { Registry } from './registry.js'
import { request, type JobRequest, type RequestOptions } from './request.js'
import { insertJobs, type ClashPolicy, type InsertedJob, type NewJob } from './store/insert.js'

export interface Enqueued {
  readonly id: string
  /** Whether a job was made; otherwise this is the one that already stood under the same unique key. */
  readonly isNew: boolean
}

/** The order in which a call writes: debounced jobs last, because their keys stay locked until the commit. */
const POLICIES: readonly ClashPolicy[] = ['none', 'keep', 'replace', 'debounce']

/** Puts jobs in. */
export class Client {
  constructor(
    private readonly database: Database,
    private readonly registry: Registry<never>,
    private readonly clock: Clock,
    /** Called after the commit. */
    private readonly onEnqueued: () => void,
  ) {}

  /**
   * Resolves once the job is committed, or, with `tx`, written in the caller's transaction.
   * @throws {JobsError} JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_PAYLOAD, JOBS_PAYLOAD_TOO_LARGE, JOBS_INVALID_OPTION
   */
  async enqueue<Payload>(
    job: Job<Payload, never>,
    payload: Payload,
    { tx, ...options }: RequestOptions & { tx?: Transaction },
  ): Promise<Enqueued> {
    const [enqueued] = await this.enqueueMany([request(job, payload, options)], { tx })
    return enqueued as Enqueued
  }

  /** All of them in one transaction, or none; answers come in the order of the requests. */
  async enqueueMany(
    requests: readonly JobRequest[],
    { tx }: { tx?: Transaction | undefined } = {},
  ): Promise<readonly Enqueued[]> {
    const now = this.clock.now()
    const prepared = requests.map((wish) => prepare(this.registry.get(wish.name), wish, now))
    const insert = (executor: Transaction) => this.#insert(executor, prepared)
    return tx ? insert(tx) : this.database.transaction(insert)
  }

  async #insert(tx: Transaction, prepared: readonly Prepared[]): Promise<readonly Enqueued[]> {
    const idByKey = new Map<string, string>()
    for (const policy of POLICIES) {
      const rows = mergeSameKeys(
        policy,
        prepared.filter((one) => one.policy === policy).map(({ row }) => row),
      )
      if (rows.length === 0) continue
      const inserted = await insertJobs(tx, policy, rows, this.clock.statementTime())
      for (const row of inserted) idByKey.set(keyOf(row), row.id)
    }
    tx.afterCommit(this.onEnqueued)
    return prepared.map(({ row }) => {
      const id = idByKey.get(keyOf(row)) ?? row.id
      return { id, isNew: id === row.id }
    })
  }
}

/** One row for each unique key, in the order of the keys: the first one when it is kept, else the last. */
function mergeSameKeys(policy: ClashPolicy, rows: readonly NewJob[]): readonly NewJob[] {
  if (policy === 'none') return rows
  const byKey = new Map<string, NewJob>()
  for (const row of rows) if (policy !== 'keep' || !byKey.has(keyOf(row))) byKey.set(keyOf(row), row)
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

function keyOf({
  id,
  tenantId,
  name,
  uniqueKey,
}: Pick<InsertedJob, 'id' | 'tenantId' | 'name' | 'uniqueKey'>): string {
  return uniqueKey === null ? id : JSON.stringify([tenantId, name, uniqueKey])
}
