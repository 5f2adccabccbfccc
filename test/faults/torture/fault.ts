import type { Evidence } from './evidence.js'
import type { World } from './world.js'

/** A kind of fault, and how it is brought about while jobs are enqueued and run. */
export interface Fault {
  readonly name: string
  readonly on: 'server' | 'embedded'
  /** Besides PostgreSQL's programs, of a fault on a server. */
  readonly needs?: 'pooler'
  /** Fewer in one round, and the run fails: it would have shown nothing. */
  readonly atLeast: number
  /** What is promised of attempts that run again: there are none, or there must be some. Not given: as it comes. */
  readonly reruns?: 'none' | 'some'
  /** Whether a job can lose three workers, and be given up. */
  readonly mayGiveUp?: true
  /** About how long a round takes, settling included. The plan goes by it. */
  readonly seconds: number
  /** One round, on a stage of its own. */
  run(world: World): Promise<Evidence>
}
