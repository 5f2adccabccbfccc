import type { Database } from '../database.js'
import type { EmbeddedDatabase } from '../pglite/open.js'
import { emptyAgain, rememberBeginning } from '../../testing/empty-again.js'
import { LentDatabase } from './lent-database.js'

interface Spare {
  readonly real: EmbeddedDatabase
  /** What its schema looked like when it was opened. */
  readonly shape: string
}

/** Opened by an earlier file of this thread: to empty one takes a tenth of the second of computing that it takes to open one. */
let spare: Spare | undefined

/**
 * A migrated, empty database in memory, which may have served before. `remove` empties it for the next; one whose schema was
 * changed in a way that cannot be undone is closed for good.
 */
export async function borrowEmbedded(
  open: () => Promise<EmbeddedDatabase>,
): Promise<{ db: Database; remove(): Promise<void> }> {
  const { real, shape } = spare ?? (await remember(await open()))
  spare = undefined
  real.keepProcessAlive(true)
  const db = new LentDatabase(real)
  return {
    db,
    async remove() {
      await db.close()
      if (spare || !(await emptyAgain(real, shape))) return real.close()
      spare = { real, shape }
      real.keepProcessAlive(false)
    },
  }
}

async function remember(real: EmbeddedDatabase): Promise<Spare> {
  return { real, shape: await rememberBeginning(real) }
}
