import type { Duration } from '../../time/index.js'
import { giveBack, type Engineering } from '../attempt/give-back.js'
import { BEAT_EVERY_MS, LEASE_MS } from './lease.js'
import type { Service } from './periodic.js'
import { isDead } from './signs-of-life.js'
import { listLost } from '../store/lost.js'
import { listSigns, removeDeadWorkers, removeOtherWorkers, type WorkerSign } from '../store/worker.js'

/** More than a worker can hold, what it claimed ahead and what waits to be written included: its last job is not to wait for another look. */
const BATCH = 5_000

/** Finds running jobs whose worker is dead and gives them back. */
export class Rescuer implements Service {
  readonly name = 'rescue'
  readonly every: Duration
  /** Since when the locks of workers are seen free. */
  readonly #freeSinceMs = new Map<string, number>()
  #judgesFromMs = -Infinity
  /** When it last looked, on its own clock and on the database's, and since when it has without a break. */
  #lookedMs = -Infinity
  #lookedAt = new Date(0)
  #watchesSinceMs = -Infinity

  constructor(
    private readonly on: Engineering,
    private readonly workerId: string,
    private readonly onRescued: () => void,
  ) {
    // A server's lock is free as soon as its process has died; an embedded database has but one.
    this.every = on.database.kind === 'server' ? '500ms' : '2s'
  }

  async runOnce(): Promise<{ rescued: number }> {
    const { database } = this.on
    const dead = await this.#findDead()
    const lost = await listLost(database, { dead, limit: BATCH, butNot: this.workerId })
    await Promise.all(lost.map((job) => giveBack(this.on, job)))
    if (lost.length > 0) this.onRescued()
    if (dead.length > 0) await removeDeadWorkers(database, dead)
    return { rescued: lost.length }
  }

  /** At start on an embedded database: whoever worked on it before is dead, for its folder is ours. */
  async takeOver(): Promise<{ rescued: number }> {
    await removeOtherWorkers(this.on.database, this.workerId)
    return this.runOnce()
  }

  /** This process was cut off itself, as others may have been: nobody is dead before they could be heard of again. */
  startOver(): void {
    this.#judgesFromMs = this.on.clock.monotonicMs() + LEASE_MS
  }

  async #findDead(): Promise<readonly string[]> {
    const { database, clock } = this.on
    const { workers, serverUpMs, at } = await listSigns(database, this.workerId, clock.statementTime())
    const nowMs = clock.monotonicMs()
    this.#noteLook(nowMs, at)
    this.#noteLocks(workers, nowMs)
    if (nowMs < this.#judgesFromMs) return []
    const watchedMs = nowMs - this.#watchesSinceMs
    const lockFreeMs = (id: string) => nowMs - (this.#freeSinceMs.get(id) ?? Infinity)
    return workers
      .filter((worker) => isDead(worker, { lockFreeMs: lockFreeMs(worker.id), watchedMs, serverUpMs }))
      .map(({ id }) => id)
  }

  /**
   * What keeps it from looking, such as a migration that locks the table of workers, keeps them from beating as well; and when
   * the database's clock is put forward, everyone seems to have been silent.
   */
  #noteLook(nowMs: number, at: Date): void {
    const passedMs = nowMs - this.#lookedMs
    const passedThereMs = at.getTime() - this.#lookedAt.getTime()
    if (passedMs > BEAT_EVERY_MS) this.#freeSinceMs.clear()
    if (Math.max(passedMs, passedThereMs) > BEAT_EVERY_MS) this.#watchesSinceMs = nowMs
    this.#lookedMs = nowMs
    this.#lookedAt = at
  }

  #noteLocks(workers: readonly WorkerSign[], nowMs: number): void {
    const free = workers.filter(({ holdsLock }) => holdsLock === false).map(({ id }) => id)
    for (const id of this.#freeSinceMs.keys()) if (!free.includes(id)) this.#freeSinceMs.delete(id)
    for (const id of free) if (!this.#freeSinceMs.has(id)) this.#freeSinceMs.set(id, nowMs)
  }
}
