import type { Executor } from '../../database/index.js'
import { replay, type NumberedEvent } from '../../events/index.js'
import type { Hold } from './audience.js'

/** What somebody gets who was away. */
export interface Reader {
  send(event: NumberedEvent): void
  /** Something is not kept any more: what can be told begins after `from`. */
  gap(told: { stream: string; after: number; from: number }): void
  /** Waits for as long as the reader has too much before it; false once it is gone. */
  keepsUp(): Promise<boolean>
  /** It has got everything so far: what is delivered from this moment on is for it to follow. */
  arrived(): void
}

const PAGE = 200

/**
 * Sends what a stream had after a number, first what is written down up to `position`, then what has come since and was held.
 * Who follows the stream from that moment on misses nothing and gets nothing twice.
 */
export async function catchUp(
  db: Executor,
  reader: Reader,
  { hold, ...from }: { tenantId: string; stream: string; after: number; position: number; hold: Hold },
): Promise<void> {
  let after = from.after
  for (let hasMore = true; hasMore;) {
    const page = await replay(db, { ...from, after, limit: PAGE })
    const [first] = page.events
    if (page.isGap) reader.gap({ stream: from.stream, after, from: first ? first.number - 1 : page.reached })
    for (const event of page.events) reader.send(event)
    ;({ reached: after, hasMore } = page)
    if (!(await reader.keepsUp())) return
  }
  for (const event of hold.events) reader.send(event)
  reader.arrived() // at once: an event between the last one held and this would be lost
}
