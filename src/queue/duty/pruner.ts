import { isLockTimeout, type Database } from '../../database/index.js'
import { toMs, type Clock, type Duration } from '../../time/index.js'
import type { Service } from './periodic.js'
import { keepAwaited } from '../store/keep-awaited.js'
import { addDay, deleteExpired, dropDay, getToday, hasMoreWithoutDay, listDays } from '../store/partitions.js'

/** Days of the archive that are made ahead of time, unless jobs are kept longer. */
const DAYS_AHEAD = 14

/** Each day is a table that every look-up by anything but the day has to visit. */
const MOST_DAYS_AHEAD = 100

/**
 * Most finished jobs without a day of their own among which days are still made. To make one reads and moves them while
 * nobody can finish a job: 50,000 take 0.2 s. Beyond that they stay where they are until they expire.
 */
const CROWD = 50_000

const DAY_MS = 86_400_000

const BATCH = 1_000

/** How often a day is tried in one round; each try gives up after a quarter of a second. */
const TRIES = 8

/** Forgets finished jobs whose time is up, and makes room for those to come. */
export class Pruner implements Service {
  readonly name = 'prune'
  readonly every = '1h'

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly daysAhead = DAYS_AHEAD,
  ) {}

  /** @returns how many days were made and dropped, and how many have to wait for the next round: the archive is in use */
  async runOnce(): Promise<{ added: number; dropped: number; postponed: number; deleted: number }> {
    const today = await getToday(this.database, this.clock.statementTime())
    const { add, drop } = planDays(await listDays(this.database), today, this.daysAhead)
    const isCrowded = add.length > 0 && (await hasMoreWithoutDay(this.database, CROWD))
    const added = isCrowded ? 0 : await this.#each(add, addDay)
    await this.#keepAwaited(today)
    const dropped = await this.#each(drop, dropDay)
    const postponed = add.length + drop.length - added - dropped
    return { added, dropped, postponed, deleted: await this.#deleteExpired(today) }
  }

  /** @returns how many it was done to; a day that cannot be locked does not hold up the others */
  async #each(
    days: readonly string[],
    change: (db: Database, day: string) => Promise<void>,
  ): Promise<number> {
    let changed = 0
    for (const day of days) if (await this.#try(() => change(this.database, day))) changed += 1
    return changed
  }

  async #try(change: () => Promise<void>): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        await change()
        return true
      } catch (error) {
        if (!isLockTimeout(error)) throw error
      }
    }
    return false
  }

  async #keepAwaited(today: string): Promise<void> {
    while ((await keepAwaited(this.database, today, BATCH)) === BATCH);
  }

  async #deleteExpired(today: string): Promise<number> {
    let deleted = 0
    for (let batch = BATCH; batch === BATCH; deleted += batch)
      batch = await deleteExpired(this.database, today, BATCH)
    return deleted
  }
}

/** So many that jobs which end well, the bulk of all, find their day made; two more for the hours between two rounds. */
export function daysAheadFor(keeps: readonly { readonly done: Duration }[]): number {
  const days = keeps.map(({ done }) => Math.ceil(toMs(done) / DAY_MS) + 2)
  return Math.min(Math.max(DAYS_AHEAD, ...days), MOST_DAYS_AHEAD)
}

/** Which days' partitions to make and which to drop. A job is kept through the day before its day of expiry. */
export function planDays(
  existing: readonly string[],
  today: string,
  daysAhead = DAYS_AHEAD,
): { add: readonly string[]; drop: readonly string[] } {
  const wanted = Array.from({ length: daysAhead }, (_, n) => addDays(today, n + 1))
  return {
    add: wanted.filter((day) => !existing.includes(day)),
    drop: existing.filter((day) => day <= today),
  }
}

function addDays(day: string, days: number): string {
  const midnight = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)))
  return new Date(midnight + days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')
}
