import { mayPass, type Database } from '../../database/index.js'
import type { Service } from '../duty/periodic.js'
import { addMinutes, type MinuteRow } from '../store/queue-minute.js'
import type { Tally } from './tally.js'

/** Most rows of one statement. */
const CHUNK = 1_000

/** Writes down what this process has counted; a process that is killed loses what came since the last time. */
export class StatisticsWriter implements Service {
  readonly name = 'write statistics'
  readonly every = '10s'

  constructor(
    private readonly database: Database,
    private readonly tally: Tally,
  ) {}

  async runOnce(): Promise<{ written: number }> {
    const rows = this.tally.take()
    for (let from = 0; from < rows.length; from += CHUNK) await this.#write(rows, from)
    return { written: rows.length }
  }

  /** What cannot be written while the database is away is tried again; if only the answer was lost, it counts twice. */
  async #write(rows: readonly MinuteRow[], from: number): Promise<void> {
    try {
      await addMinutes(this.database, rows.slice(from, from + CHUNK))
    } catch (error) {
      this.tally.giveBack(rows.slice(mayPass(error) ? from : from + CHUNK))
      throw error
    }
  }
}
