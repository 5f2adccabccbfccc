import type { Database } from '../../database/index.js'
import type { Clock, Duration } from '../../time/index.js'
import type { Service } from './periodic.js'
import { hasGone, LEADER_LEASE_MS } from './signs-of-life.js'
import { findLeader, lead, resign } from '../store/leader.js'

export interface ElectorOptions {
  database: Database
  clock: Clock
  workerId: string
  /** What this process can do for all: the definitions it knows, and `definition/schedule` for each that they declare. */
  schedules: readonly string[]
  onElected(): void
}

/** Sees to it that one process leads: does the duties that need to be done but once for all. Two at a time do no harm. */
export class Elector implements Service {
  readonly name = 'elect'
  #leadsUntilMs = -Infinity
  #covered: readonly string[] = []

  constructor(private readonly options: ElectorOptions) {}

  /** A leader says so each second; the others look whether it still does. */
  get every(): Duration {
    return this.isLeader ? '1s' : '500ms'
  }

  get isLeader(): boolean {
    return this.options.clock.monotonicMs() < this.#leadsUntilMs
  }

  /** Whether what takes knowing the definitions is done here: it leads, or knows some, or schedules, that the leader does not. */
  get mayStandIn(): boolean {
    return this.isLeader || this.options.schedules.some((name) => !this.#covered.includes(name))
  }

  async runOnce(): Promise<{ isLeader: boolean }> {
    const { clock, onElected } = this.options
    const [wasLeader, askedMs] = [this.isLeader, clock.monotonicMs()]
    const leads = await this.#bid()
    this.#leadsUntilMs = leads ? askedMs + LEADER_LEASE_MS : -Infinity
    if (leads && !wasLeader) onElected()
    return { isLeader: leads }
  }

  /** Lets another lead at once. */
  async resign(): Promise<void> {
    this.#leadsUntilMs = -Infinity
    await resign(this.options.database, this.options.workerId)
  }

  async #bid(): Promise<boolean> {
    const { database, clock, workerId, schedules } = this.options
    const isAlone = database.kind === 'embedded' // whoever led before is dead, for its folder is ours
    if (isAlone && this.isLeader) return true
    const now = clock.statementTime()
    const leader = this.isLeader ? undefined : await findLeader(database, now)
    this.#covered = leader?.schedules ?? []
    if (leader && leader.workerId !== workerId && !hasGone(leader) && !isAlone) return false
    return lead(database, { workerId, after: leader?.workerId ?? null, schedules, now })
  }
}
