import type { Database, Transaction } from '../database/index.js'
import { toMs, type Clock } from '../time/index.js'
import { admit, type Grant, type KeyState, type Line } from './admit.js'
import { definitionOf, limitOf, nextRoomAt, roomOf } from './limit.js'
import type { Registry } from './registry.js'
import { ensureBuckets, lockBuckets, useBuckets, type Bucket } from './store/bucket.js'
import { letIn, listLines, type Position } from './store/lines.js'
import { countUsage, type KeyUsage, type Window } from './store/usage.js'

/** Most lines looked at, and most jobs let in, by one transaction. */
const PAGE = { lines: 1_000, jobs: 5_000 }

/** Keys are remembered as being there; past this many they are forgotten and learned anew. */
const MOST_REMEMBERED = 20_000

/** What became of one page of lines. */
export interface Page {
  readonly admitted: number
  /** Whether another look at these very lines may let in more at once. */
  readonly hasMore: boolean
  /** After which line the next page begins; `undefined`: this was the last. */
  readonly next: Position | undefined
  /** How long until a rate lets the next one in; `Infinity`: nobody waits for that. */
  readonly untilRoomMs: number
}

/** Lets held jobs in, page by page of their lines. Lines of definitions not known here are left to another process. */
export class Admission {
  readonly #known = new Set<string>()

  constructor(
    private readonly database: Database,
    private readonly registry: Registry<never>,
    private readonly clock: Clock,
  ) {}

  /** Looks at one page of lines, and lets in what it can in one transaction. */
  async admitPage(after: Position | undefined): Promise<Page> {
    const found = await listLines(this.database, { after, most: PAGE.lines })
    const next = found.length < PAGE.lines ? undefined : found.at(-1)
    const lines = found.filter(
      ({ keys, isPaused }) => !isPaused && this.registry.find(definitionOf(keys[0] ?? '')) !== undefined,
    )
    if (lines.length === 0) return { admitted: 0, hasMore: false, next, untilRoomMs: Infinity }
    return { ...(await this.database.transaction((tx) => this.#admitLines(tx, lines))), next }
  }

  async #admitLines(tx: Transaction, lines: readonly Line[]): Promise<Omit<Page, 'next'>> {
    const windows = new Map(
      [...new Set(lines.flatMap(({ keys }) => keys))].map((key) => [key, this.#window(key)]),
    )
    const buckets = await this.#lock(tx, [...windows.keys()])
    const now = this.clock.statementTime()
    const usages = await countUsage(tx, [...windows.values()], now)
    const grants = admit(lines, this.#states(buckets, usages), PAGE.jobs)
    const granted = grants.reduce((sum, { count }) => sum + count, 0)
    const admitted = granted === 0 ? 0 : await letIn(tx, grants)
    if (admitted > 0) await useBuckets(tx, usesOf(grants, windows), now)
    return {
      admitted,
      hasMore:
        buckets.length < windows.size || (admitted > 0 && (admitted < granted || granted === PAGE.jobs)),
      untilRoomMs: Math.min(...usages.map((usage) => this.#untilRoomMs(usage))),
    }
  }

  #window(key: string): Window {
    const { rate } = limitOf(this.registry, key)
    return { key, perMs: rate ? toMs(rate.per) : null }
  }

  async #lock(tx: Transaction, keys: readonly string[]): Promise<readonly Bucket[]> {
    const unknown = keys.filter((key) => !this.#known.has(key))
    if (unknown.length > 0) await ensureBuckets(tx, unknown)
    const buckets = await lockBuckets(tx, keys, this.database.kind === 'server')
    // Another process may have removed some of those remembered.
    if (buckets.length < keys.length || this.#known.size > MOST_REMEMBERED) this.#known.clear()
    for (const { key } of buckets) this.#known.add(key)
    return buckets
  }

  /** A key whose bucket is not there has no state, and so no room. */
  #states(buckets: readonly Bucket[], usages: readonly KeyUsage[]): ReadonlyMap<string, KeyState> {
    const usageOf = new Map(usages.map((usage) => [usage.key, usage]))
    const states = new Map<string, KeyState>()
    for (const { key, cursor, usedAt } of buckets) {
      const usage = usageOf.get(key)
      if (usage) states.set(key, { room: roomOf(limitOf(this.registry, key), usage), cursor, usedAt })
    }
    return states
  }

  #untilRoomMs(usage: KeyUsage): number {
    const at = nextRoomAt(limitOf(this.registry, usage.key), usage)
    return at ? Math.max(1, at.getTime() - this.clock.now().getTime()) : Infinity
  }
}

function usesOf(grants: readonly Grant[], windows: ReadonlyMap<string, Window>) {
  const cursors = new Map(
    grants.flatMap(({ line, cursor }) => line.keys.map((key) => [key, cursor] as const)),
  )
  return [...cursors].map(([key, cursor]) => ({ key, cursor, perMs: windows.get(key)?.perMs ?? null }))
}
