import type { Executor } from './database.js'

/** Whether the database answers a question at this moment. */
export async function isReachable(db: Executor): Promise<boolean> {
  try {
    await db.query('-- ping\nSELECT 1', [], { prompt: true })
    return true
  } catch {
    return false
  }
}
