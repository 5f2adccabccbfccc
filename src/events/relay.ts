import type { Cancel, Clock, Duration } from '../time/index.js'
import type { Database } from '../database/index.js'
import type { NumberedEvent } from './live-event.js'
import { LIVE_CHANNEL } from './publish.js'
import { findStanding, numberLiveEvents } from './store/number-live-events.js'
import { listAfterPosition } from './store/read-live-events.js'

/** Events that are numbered, or read, in one go. */
const BATCH = 500

/** The server ends what a process that stands still has begun: as long as it lasts nobody else can number. */
const PROMPT = { prompt: true }

export interface RelayOptions {
  readonly database: Database
  readonly clock: Clock
  /** Gets what was numbered, by whichever process, in order and each once. */
  deliver(events: readonly NumberedEvent[]): void
}

/**
 * Numbers live events once they are committed, and hands on those of all processes. The database has one process number at a
 * time; whoever comes then goes on, so none has to live for it.
 */
export class Relay {
  readonly name = 'relay live events'
  /** In case a NOTIFY is lost, or who was numbering died. */
  readonly every: Duration = '1s'
  #position = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(private readonly on: RelayOptions) {}

  /** The position of the last event that was handed on. */
  get position(): number {
    return this.#position
  }

  /** Hands on nothing of what was numbered before. */
  async begin(): Promise<void> {
    this.#position = (await findStanding(this.on.database)).position
  }

  /** @returns what ends it */
  listen(wake: () => void): Promise<Cancel> {
    return this.on.database.listen(LIVE_CHANNEL, wake)
  }

  /** Once it resolves, all that was committed before the call is numbered and handed on, unless another numbers it now. */
  runOnce(): Promise<{ handedOn: number }> {
    const run = this.#last.then(() => this.#run())
    this.#last = run.catch(() => undefined) // told to whom it concerns, by `run`
    return run
  }

  async #run(): Promise<{ handedOn: number }> {
    const { hasUnnumbered, position } = await findStanding(this.on.database)
    const numbered = hasUnnumbered && (await this.#number())
    return { handedOn: numbered || position > this.#position ? await this.#handOn() : 0 }
  }

  async #number(): Promise<boolean> {
    const { database, clock } = this.on
    const wish = { limit: BATCH, channel: LIVE_CHANNEL, now: clock.statementTime() }
    const number = () => database.transaction((tx) => numberLiveEvents(tx, wish), PROMPT)
    const count = await number()
    for (let last = count; last === BATCH;) last = await number()
    return count > 0
  }

  async #handOn(): Promise<number> {
    const events = await listAfterPosition(this.on.database, this.#position, BATCH)
    this.#position = events.at(-1)?.position ?? this.#position
    this.on.deliver(events)
    return events.length < BATCH ? events.length : events.length + (await this.#handOn())
  }
}
