import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { AttemptReport, type Reporting } from './attempt-report.js'
import { Batcher } from '../batcher.js'
import type { Service } from '../duty/periodic.js'
import { insertLogLines } from '../store/log.js'
import { writeProgress, type Progress } from '../store/progress.js'

/** Most log lines of one statement. */
const CHUNK = 2_000

/** Writes down, about once a second and for all attempts of this process together, how far they are and what they log. */
export class Reporter implements Service {
  readonly name = 'report'
  readonly every = '1s'
  readonly #news = new Set<AttemptReport>()
  readonly #batcher = new Batcher((reports: readonly AttemptReport[]) => this.#write(reports), {
    most: 500,
    atOnce: 1,
  })

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    /** How far an attempt is was written down. */
    private readonly onProgress: (job: Reporting, progress: Progress) => void,
  ) {}

  open(job: Reporting, onLost: () => void): AttemptReport {
    return new AttemptReport(job, this.clock, (report) => this.#news.add(report), onLost)
  }

  /** Resolves once everything is written that `report` holds; costs nothing when there is nothing. */
  async flush(report: AttemptReport): Promise<void> {
    if (this.#news.has(report)) await this.#batcher.add(report)
  }

  /** Gives up on what an attempt that ended has left to say. */
  forget(report: AttemptReport): void {
    this.#news.delete(report)
  }

  async runOnce(): Promise<void> {
    await Promise.all([...this.#news].map((report) => this.#batcher.add(report)))
  }

  async #write(reports: readonly AttemptReport[]): Promise<readonly void[]> {
    const batch = [...new Set(reports)].map((report) => ({
      report,
      progress: report.progress,
      lines: [...report.lines],
    }))
    await this.#writeProgress(batch)
    const lines = batch.flatMap(({ lines }) => lines)
    for (let from = 0; from < lines.length; from += CHUNK)
      await insertLogLines(this.database, lines.slice(from, from + CHUNK), this.#mode)
    for (const { report, progress, lines } of batch) {
      report.written(progress, lines.length)
      if (report.isWritten) this.#news.delete(report)
    }
    return reports.map(() => undefined)
  }

  async #writeProgress(
    batch: readonly { report: AttemptReport; progress: Progress | undefined }[],
  ): Promise<void> {
    const given = batch.flatMap(({ report: { job }, progress }) =>
      progress ? [{ id: job.id, fence: job.fence, progress: JSON.stringify(progress) }] : [],
    )
    if (given.length === 0) return
    const lost = new Set(await writeProgress(this.database, given, this.#mode))
    for (const { report, progress } of batch) {
      if (lost.has(report.job.id)) report.onLost()
      else if (progress) this.onProgress(report.job, progress)
    }
  }

  /** An embedded database writes its log only at a commit that is waited for; on a server the finish that follows syncs it. */
  get #mode(): { unsynced: boolean } {
    return { unsynced: this.database.kind === 'server' }
  }
}
