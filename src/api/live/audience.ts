import type { NumberedEvent } from '../../events/index.js'
import { roomOf } from './streams.js'

/** Sends to everybody in a room at once, encoded once. */
export interface Rooms {
  to(room: string): { emit(type: string, ...data: unknown[]): unknown }
}

/** Somebody who may not read what is sent, for whom it is kept in memory meanwhile. */
export interface Listener {
  cutOffIfBehind(): void
}

/** What came in a stream while somebody was still reading what came before. */
export interface Hold {
  readonly events: readonly NumberedEvent[]
  release(): void
}

/** What clients get besides an event's data: where it stands in its stream. */
export function metaOf({ stream, number, at }: NumberedEvent): object {
  return { stream, number, at: at.toISOString() }
}

/** Hands numbered events to all who follow their stream, and keeps them for those who are about to. */
export class Audience {
  readonly #holds = new Map<string, Set<NumberedEvent[]>>()

  constructor(
    private readonly rooms: Rooms,
    private readonly listeners: () => Iterable<Listener>,
  ) {}

  deliver(events: readonly NumberedEvent[]): void {
    for (const event of events) {
      this.rooms.to(roomOf(event)).emit(event.type, event.data, metaOf(event))
      for (const held of this.#holds.get(keyOf(event)) ?? []) held.push(event)
    }
    for (const listener of this.listeners()) listener.cutOffIfBehind()
  }

  /** Keeps what comes from now on. */
  hold(tenantId: string, stream: string): Hold {
    const [key, events] = [keyOf({ tenantId, stream }), [] as NumberedEvent[]]
    const holds = this.#holds.get(key) ?? new Set()
    this.#holds.set(key, holds.add(events))
    return {
      events,
      release: () => {
        holds.delete(events)
        if (holds.size === 0) this.#holds.delete(key)
      },
    }
  }
}

function keyOf({ tenantId, stream }: Pick<NumberedEvent, 'tenantId' | 'stream'>): string {
  return JSON.stringify([tenantId, stream])
}
