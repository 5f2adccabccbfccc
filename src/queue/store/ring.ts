import type { Executor } from '../../database/index.js'

/** The channel on which processes tell one another that there may be new work. */
export const CHANNEL = 'linehaul_jobs'

/** Wakes every process that listens. */
export async function ring(db: Executor): Promise<void> {
  await db.query('-- ring: $1 channel\nSELECT pg_notify($1, NULL)', [CHANNEL])
}
