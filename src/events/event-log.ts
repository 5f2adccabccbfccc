import { newId, type Transaction } from '../database/index.js'
import type { NewEvent, RecordedEvent } from './event.js'
import { insertEvents } from './store/event.js'

/** What follows from events, decided and written in the transaction that records them. */
export type React = (events: readonly RecordedEvent[], tx: Transaction) => Promise<void>

/** Records what happened, together with what follows from it: all of it commits or none. */
export class EventLog {
  constructor(private readonly react: React) {}

  async record(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return
    const recorded = events.map((event) => ({ ...event, id: newId() }))
    await insertEvents(tx, recorded)
    await this.react(recorded, tx)
  }
}
