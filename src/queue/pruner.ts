import type { Database } from '../database/index.js'
import type { Clock } from '../time/index.js'
import type { Service } from './periodic.js'
import { keepAwaited } from './store/keep-awaited.js'
import { addDay, deleteExpired, dropDay, getToday, listDays } from './store/partitions.js'

/** Days of the archive that are made ahead of time. */
const DAYS_AHEAD = 14

const DAY_MS = 86_400_000

const BATCH = 1_000

/** Forgets finished jobs whose time is up, and makes room for those to come. */
export class Pruner implements Service {
  readonly name = 'prune'
  readonly every = '1h'

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async runOnce(): Promise<{ added: number; dropped: number; deleted: number }> {
    const today = await getToday(this.database, this.clock.statementTime())
    const { add, drop } = planDays(await listDays(this.database), today)
    for (const day of add) await addDay(this.database, day)
    if (drop.length > 0) await this.#keepAwaited(today)
    for (const day of drop) await dropDay(this.database, day)
    return { added: add.length, dropped: drop.length, deleted: await this.#deleteExpired(today) }
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

/** Which days' partitions to make and which to drop. A job is kept through the day before its day of expiry. */
export function planDays(
  existing: readonly string[],
  today: string,
): { add: readonly string[]; drop: readonly string[] } {
  const wanted = Array.from({ length: DAYS_AHEAD }, (_, n) => addDays(today, n + 1))
  return {
    add: wanted.filter((day) => !existing.includes(day)),
    drop: existing.filter((day) => day <= today),
  }
}

function addDays(day: string, days: number): string {
  const midnight = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)))
  return new Date(midnight + days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')
}
