import type { Database, Presence } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { BEAT_EVERY_MS, LEASE_MS } from './lease.js'
import type { Service } from './periodic.js'
import { beat, beatOf, removeWorker, type WorkerRow } from '../store/worker.js'

/**
 * Says every few seconds that this worker is alive. On a server a thread says so, and holds a lock besides; this one steps
 * in where that one cannot.
 */
export class Heartbeat implements Service {
  readonly name = 'heartbeat'
  readonly every = `${BEAT_EVERY_MS}ms` as const
  #presence: Presence | undefined
  #wasAway = false

  constructor(
    private readonly database: Database,
    private readonly worker: WorkerRow,
    private readonly clock: Clock,
    private readonly on: { cutOff(): void; error(error: unknown, where: string): void },
  ) {}

  async begin(): Promise<void> {
    await this.#beat()
    if (this.clock.statementTime() !== null) return // a thread would not heed a clock that a test moves
    this.#presence = await this.database.presence({
      lockKey: lockKeyOf(this.worker.id),
      beat: beatOf(this.worker),
      everyMs: BEAT_EVERY_MS,
      silentAfterMs: LEASE_MS,
      onChange: (isShown) => this.#change(isShown),
    })
  }

  async runOnce(): Promise<void> {
    if (!this.#presence?.isShown) await this.#beat()
  }

  /** Signs off. */
  async end(): Promise<void> {
    await this.#presence?.end()
    await removeWorker(this.database, this.worker.id)
  }

  #beat(): Promise<void> {
    return beat(this.database, this.worker, this.clock.statementTime())
  }

  #change(isShown: boolean): void {
    if (isShown && !this.#wasAway) return
    this.#wasAway = true
    this.on.cutOff()
    // At once: a lock that is free would tell that this worker is dead, if its row still spoke of one.
    if (!isShown) this.#beat().catch((error: unknown) => this.on.error(error, this.name))
  }
}

/** The random half of a worker's id: each has a lock of its own. */
function lockKeyOf(workerId: string): string {
  return BigInt.asIntN(64, BigInt(`0x${workerId.replaceAll('-', '').slice(16)}`)).toString()
}
