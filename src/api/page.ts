import { z } from 'zod'

import type { TickView } from '../queue/index.js'
import { InvalidCursorError } from './errors.js'

/** The query of every list. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most items on the page.'),
  cursor: z.string().optional().describe('`nextCursor` of the page before.'),
})

/** The answer of every list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('For the next page; null on the last one.'),
  })
}

/**
 * One page of a list that continues after the sort key of its last item.
 * @param load asked for one item more than the page holds, which tells whether another page follows.
 */
export async function readPage<Item, Key>(
  { limit, cursor }: z.output<typeof PageQuery>,
  key: z.ZodType<Key>,
  keyOf: (item: Item) => Key,
  load: (part: { limit: number; after: Key | undefined }) => Promise<readonly Item[]>,
): Promise<{ items: Item[]; nextCursor: string | null }> {
  const found = await load({
    limit: limit + 1,
    after: cursor === undefined ? undefined : decode(cursor, key),
  })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: last !== undefined && found.length > limit ? encode(keyOf(last)) : null }
}

/** One page of ticks. */
export function readTicks(
  query: z.output<typeof PageQuery>,
  load: (part: { limit: number; after: string | undefined }) => Promise<readonly TickView[]>,
): Promise<{ items: TickView[]; nextCursor: string | null }> {
  return readPage(query, z.string().regex(/^\d+$/), (tick: TickView) => tick.seq, load)
}

function encode(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

function decode<Key>(cursor: string, key: z.ZodType<Key>): Key {
  try {
    return key.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new InvalidCursorError()
  }
}
