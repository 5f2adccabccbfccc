import type { Database, Transaction } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import { admit, nameOf, type Grant, type KeyState, type Line } from './admit.js'
import { limitOf, nextRoomAt, roomOf } from './limit.js'
import type { Registry } from '../registry.js'
import { ensureBuckets, lockBuckets, useBuckets, type Bucket } from '../store/bucket.js'
import { letIn, listLines, type Position } from '../store/lines.js'
import { countUsage, type KeyUsage, type Window } from '../store/usage.js'

/** Most lines looked at, and most jobs let in, by one transaction. */
export const PAGE = { lines: 1_000, jobs: 5_000 }

/** Keys are remembered as being there; past this many they are forgotten and learned anew. */
const MOST_REMEMBERED = 20_000

/** What became of some lines. */
export interface Admitted {
  readonly admitted: number
  /** The lines that had room. */
  readonly served: readonly Line[]
  /** Whether another look at these very lines may let in more at once. */
  readonly hasMore: boolean
  /** How long until a rate lets the next one in; `Infinity`: nobody waits for that. */
  readonly untilRoomMs: number
}

/** Lets held jobs in. Lines of definitions not known here are left to another process. */
export class Admission {
  readonly #known = new Set<string>()

  constructor(
    private readonly database: Database,
    private readonly registry: Registry<never>,
    private readonly clock: Clock,
  ) {}

  /** Every line that may be let in, in the order of their keys. */
  async listLines(): Promise<readonly Line[]> {
    const lines: Line[] = []
    for (let after: Position | undefined, isThrough = false; !isThrough;) {
      const page = await listLines(this.database, { after, most: PAGE.lines })
      lines.push(...page.filter((line) => !line.isPaused && this.registry.find(nameOf(line)) !== undefined))
      after = page.at(-1)
      isThrough = page.length < PAGE.lines
    }
    return lines
  }

  /** Lets in what it can of up to {@link PAGE} lines, in one transaction. */
  admit(lines: readonly Line[]): Promise<Admitted> {
    return this.database.transaction((tx) => this.#admitLines(tx, lines))
  }

  async #admitLines(tx: Transaction, lines: readonly Line[]): Promise<Admitted> {
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
      served: grants.map(({ line }) => line),
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
