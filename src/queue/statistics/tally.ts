import type { EndedEvent } from '../engine-signals.js'
import type { Enqueued } from '../enqueue/write-jobs.js'
import type { Prepared } from '../enqueue/prepare.js'
import type { ClaimedJob } from '../store/claim.js'
import type { MinuteRow } from '../store/queue-minute.js'
import { addFigures } from './add-figures.js'

const MINUTE_MS = 60_000

type Place = Pick<MinuteRow, 'queue' | 'tenantId'>
/** What of a job says where it counts. */
export type Buried = Place & { readonly name: string }
type Writable<Row> = { -readonly [Column in keyof Row]: Row[Column] }
type Bucket = Writable<MinuteRow>

/**
 * Counts in memory what happens in this process, minute by minute, until somebody takes it away to write it down. Called for every
 * attempt, so it makes nothing but the buckets: two look-ups, the first by a name that is the same string each time.
 */
export class Tally {
  readonly #minutes = new Map<number, Names>()
  /** That of the last call: almost always that of the next. */
  #minute = NaN
  #names: Names = new Map()
  #isOpen = false

  /** Somebody takes from now on: before, and after {@link close}, what is enqueued would be counted for nobody. */
  open(): void {
    this.#isOpen = true
  }

  close(): void {
    this.#isOpen = false
  }

  /**
   * An attempt ended, in the minute in which its handler did by the clock of the database, which claimed it.
   * @param name its definition's; the row may have one from before it was renamed
   */
  ended(name: string, job: ClaimedJob, how: EndedEvent['ended'], runMs: number): void {
    if (how !== 'done' && how !== 'failed' && how !== 'dead' && how !== 'cancelled') return
    const bucket = this.#bucket(job.claimedAtMs + runMs, name, job)
    bucket[how] += 1
    bucket.runMs += runMs
    if (runMs > bucket.maxRunMs) bucket.maxRunMs = runMs
    const waitMs = job.claimedAtMs - Math.max(job.runAtMs, job.createdAtMs)
    if (waitMs > 0) bucket.waitMs += waitMs
  }

  /** A job is dead that nobody ran to its end: its workers died, or people buried it. */
  buried(job: Buried, nowMs: number): void {
    this.#bucket(nowMs, job.name, job).dead += 1
  }

  enqueued(prepared: readonly Prepared[], answers: readonly Enqueued[], nowMs: number): void {
    if (!this.#isOpen) return
    for (const [i, { row }] of prepared.entries())
      if (answers[i]?.isNew) this.#bucket(nowMs, row.name, row).enqueued += 1
  }

  /** What was counted since it was last taken. */
  take(): readonly MinuteRow[] {
    const taken = [...this.#minutes.values()].flatMap((names) =>
      [...names.values()].flatMap((tenants) => [...tenants.values()].flat()),
    )
    this.#minutes.clear()
    this.#minute = NaN
    return taken
  }

  /** Could not be written down: it is taken once more. */
  giveBack(rows: readonly MinuteRow[]): void {
    for (const row of rows) addFigures(this.#bucket(row.minuteMs, row.name, row), row)
  }

  #bucket(atMs: number, name: string, { tenantId, queue }: Place): Bucket {
    const minute = Math.floor(atMs / MINUTE_MS)
    if (minute !== this.#minute) this.#turnTo(minute)
    const buckets = this.#bucketsOf(name, tenantId)
    for (const bucket of buckets) if (bucket.queue === queue) return bucket
    const bucket = emptyBucket({ tenantId, queue, name, minuteMs: minute * MINUTE_MS })
    buckets.push(bucket)
    return bucket
  }

  #turnTo(minute: number): void {
    this.#minute = minute
    this.#names = this.#minutes.get(minute) ?? new Map()
    this.#minutes.set(minute, this.#names)
  }

  /** Of one definition and tenant: almost always one, for few jobs are moved to another queue. */
  #bucketsOf(name: string, tenantId: string): Bucket[] {
    let tenants = this.#names.get(name)
    if (!tenants) this.#names.set(name, (tenants = new Map()))
    let buckets = tenants.get(tenantId)
    if (!buckets) tenants.set(tenantId, (buckets = []))
    return buckets
  }
}

/** By the definition's name, then by tenant. */
type Names = Map<string, Map<string, Bucket[]>>

function emptyBucket(of: Pick<MinuteRow, 'tenantId' | 'queue' | 'name' | 'minuteMs'>): Bucket {
  const counts = { done: 0, dead: 0, cancelled: 0, failed: 0, enqueued: 0 }
  return { ...of, ...counts, runMs: 0, maxRunMs: 0, waitMs: 0 }
}
