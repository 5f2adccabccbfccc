import { definitionOf } from './limit.js'

/** Held jobs of one tenant that count against the same limits, the most urgent first. */
export interface Line {
  readonly keys: readonly string[]
  readonly tenantId: string
}

/** Where one limit stands. */
export interface KeyState {
  readonly room: number
  /** The tenant served last. */
  readonly cursor: string
  readonly usedAt: Date | null
}

/** How many of a line may enter, if it has as many. */
export interface Grant {
  readonly line: Line
  readonly count: number
  /** The tenant of its definition that was served last. */
  readonly cursor: string
}

/**
 * Deals the room of all limits out to the lines, job by job: definitions in turn, in a definition its tenants in turn,
 * beginning after the one served last, in a tenant its lines in turn, the one first that was not served for longest. A job
 * needs room in each of its limits; a line without does not hold up the others.
 */
export function admit(
  lines: readonly Line[],
  states: ReadonlyMap<string, KeyState>,
  most: number,
): readonly Grant[] {
  const room = new Map([...states].map(([key, state]) => [key, state.room]))
  const counts = new Map<Line, number>()
  const cursors = new Map<string, string>()
  const rings = [...groupBy(lines, nameOf).values()].map((group) => new Ring(group, states, room))
  let left = most
  for (let active = rings; active.length > 0 && left > 0;) {
    active = active.filter((ring) => {
      const line = left > 0 ? ring.take() : undefined
      if (!line) return false
      left -= 1
      counts.set(line, (counts.get(line) ?? 0) + 1)
      cursors.set(nameOf(line), line.tenantId)
      return true
    })
  }
  return [...counts].map(([line, count]) => ({ line, count, cursor: cursors.get(nameOf(line)) ?? '' }))
}

/** The tenants of one definition, each with its lines, in the order in which they are served. */
class Ring {
  readonly #tenants: Line[][]

  constructor(
    lines: readonly Line[],
    states: ReadonlyMap<string, KeyState>,
    private readonly room: Map<string, number>,
  ) {
    const usedAt = ({ keys }: Line) => Math.min(...keys.map((key) => msOf(states.get(key)?.usedAt)))
    const longestUnservedFirst = lines.toSorted((a, b) => usedAt(a) - usedAt(b))
    const byTenant = groupBy(longestUnservedFirst, ({ tenantId }) => tenantId)
    const cursor = latestCursor(lines, states)
    const tenants = [...byTenant.keys()].sort()
    const next = tenants.findIndex((tenantId) => tenantId > cursor)
    const inTurn = next === -1 ? tenants : [...tenants.slice(next), ...tenants.slice(0, next)]
    this.#tenants = inTurn.map((tenantId) => byTenant.get(tenantId) ?? [])
  }

  /** The next line in turn that has room, which is then taken. */
  take(): Line | undefined {
    for (let tenant = this.#tenants.shift(); tenant; tenant = this.#tenants.shift()) {
      const line = this.#takeOf(tenant)
      if (!line) continue // room only shrinks: this tenant is through
      this.#tenants.push(tenant)
      return line
    }
    return undefined
  }

  #takeOf(tenant: Line[]): Line | undefined {
    for (let line = tenant.shift(); line; line = tenant.shift()) {
      if (!line.keys.every((key) => (this.room.get(key) ?? 0) > 0)) continue
      for (const key of line.keys) this.room.set(key, (this.room.get(key) ?? 0) - 1)
      tenant.push(line)
      return line
    }
    return undefined
  }
}

/** The definition that a line's jobs are of. */
export function nameOf(line: Line): string {
  return definitionOf(line.keys[0] ?? '')
}

/** The cursor of the limit that was used last: all limits of one definition go the same round. */
function latestCursor(lines: readonly Line[], states: ReadonlyMap<string, KeyState>): string {
  let latest: KeyState | undefined
  for (const key of lines.flatMap(({ keys }) => keys)) {
    const state = states.get(key)
    if (state && (!latest || msOf(state.usedAt) > msOf(latest.usedAt))) latest = state
  }
  return latest?.cursor ?? ''
}

/** Never comes before all instants. */
function msOf(instant: Date | null | undefined): number {
  return instant?.getTime() ?? 0
}

export function groupBy(lines: readonly Line[], keyOf: (line: Line) => string): Map<string, Line[]> {
  const groups = new Map<string, Line[]>()
  for (const line of lines) {
    const group = groups.get(keyOf(line))
    if (group) group.push(line)
    else groups.set(keyOf(line), [line])
  }
  return groups
}
