import type { Clock } from '../../time/index.js'
import { InvalidOptionError } from '../errors.js'
import { toJsonText } from '../json-text.js'
import { storable } from '../storable.js'
import type { ClaimedJob } from '../store/claim.js'
import { LOG_LEVELS, type LogLevel, type NewLogLine } from '../store/log.js'
import type { Progress } from '../store/progress.js'

/** Most lines that one attempt keeps; those that follow are only counted. */
const MOST_LINES = 1_000

const MOST_DATA_BYTES = 16 * 1024

/** Whose words these are, and how long they are kept. */
export type Reporting = Pick<ClaimedJob, 'id' | 'fence' | 'tenantId' | 'attempt' | 'name' | 'queue'> & {
  readonly keepMs: number
}

/** What one attempt has said and is still to be written. */
export class AttemptReport {
  #progress: Progress | undefined
  readonly #lines: NewLogLine[] = []
  #n = 0
  #dropped = 0
  #closed = false

  constructor(
    readonly job: Reporting,
    private readonly clock: Clock,
    /** There is something to write. */
    private readonly onNews: (report: AttemptReport) => void,
    /** Its job is another's by now. */
    readonly onLost: () => void,
  ) {}

  /** The last progress that is not written yet. */
  get progress(): Progress | undefined {
    return this.#progress
  }

  get lines(): readonly NewLogLine[] {
    return this.#lines
  }

  get isWritten(): boolean {
    return this.#progress === undefined && this.#lines.length === 0
  }

  setProgress(percent: number, { step, message }: { step?: string; message?: string } = {}): void {
    if (!(percent >= 0 && percent <= 100))
      throw new InvalidOptionError('percent', `is ${percent}, not a number from 0 to 100`)
    if (this.#closed) return
    this.#progress = {
      percent,
      step: step === undefined ? null : storable(step),
      message: message === undefined ? null : storable(message),
      at: this.clock.now().toISOString(),
    }
    this.onNews(this)
  }

  log(level: LogLevel, message: string, data?: unknown): void {
    if (!LOG_LEVELS.includes(level))
      throw new InvalidOptionError('level', `is "${level}", not one of ${LOG_LEVELS.join(', ')}`)
    if (this.#closed) return
    if (this.#n >= MOST_LINES) this.#dropped += 1
    else this.#add(level, String(message), data)
  }

  /** The attempt is through: what it says from now on is not heard. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#dropped > 0)
      this.#add(
        'warn',
        `${this.#dropped} more lines were dropped: an attempt keeps ${MOST_LINES}.`,
        undefined,
      )
  }

  /** Its job is done, in its handler's own transaction: there is no row any more that could hold its progress. */
  dropProgress(): void {
    this.#progress = undefined
  }

  /** Forgets what was written: the first `lines` lines, and `progress` unless there is newer. */
  written(progress: Progress | undefined, lines: number): void {
    if (this.#progress === progress) this.#progress = undefined
    this.#lines.splice(0, lines)
  }

  #add(level: LogLevel, message: string, data: unknown): void {
    const { id: jobId, fence, tenantId, attempt, keepMs } = this.job
    this.#n += 1
    const said = { level, message: storable(message), data: dataText(data), at: this.clock.now() }
    this.#lines.push({ jobId, fence, tenantId, attempt, keepMs, n: this.#n, ...said })
    this.onNews(this)
  }
}

/** A line is not worth failing for: data that cannot be kept is replaced by the reason. */
function dataText(data: unknown): string | null {
  if (data === undefined) return null
  try {
    const text = toJsonText(data)
    const bytes = Buffer.byteLength(text)
    return bytes <= MOST_DATA_BYTES
      ? text
      : JSON.stringify({ dropped: `${bytes} bytes, more than the ${MOST_DATA_BYTES} allowed` })
  } catch (error) {
    return JSON.stringify({ dropped: storable(error instanceof Error ? error.message : String(error)) })
  }
}
