import type { Cancel, Clock } from '../../time/index.js'
import type { Executor } from '../database.js'

const LOOK_EVERY_MS = 30_000

interface Table {
  name: string
}

/**
 * Does what a server's autovacuum and checkpointer do: inside PGlite nothing else would.
 * Thresholds are autovacuum's own defaults (PostgreSQL manual, "Automatic Vacuuming").
 */
const LIST_UNTIDY = /* sql */ `
-- list untidy tables
SELECT format('%I.%I', schemaname, relname) AS name
FROM pg_stat_user_tables
WHERE n_dead_tup > 50 + 0.2 * n_live_tup
   OR n_mod_since_analyze > 50 + 0.1 * n_live_tup
   OR n_ins_since_vacuum > 1000 + 0.2 * n_live_tup`

export class Upkeep {
  #cancel: Cancel | undefined

  constructor(
    private readonly db: Executor,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.#cancel = this.clock.after(LOOK_EVERY_MS, () => {
      this.runOnce()
        .catch(this.onError)
        .finally(() => this.#cancel && this.start())
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** One statement for each table, so that other work gets its turn between them. */
  async runOnce(): Promise<{ vacuumed: readonly string[] }> {
    const untidy = await this.db.query<Table>(LIST_UNTIDY)
    for (const { name } of untidy) await this.db.query(`VACUUM (ANALYZE) ${name}`)
    if (untidy.length > 0) await this.db.query('CHECKPOINT')
    return { vacuumed: untidy.map(({ name }) => name) }
  }
}
