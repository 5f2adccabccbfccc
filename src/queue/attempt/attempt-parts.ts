import type { Database } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import type { AttemptReport } from './attempt-report.js'
import type { AttemptRun } from './attempt-run.js'
import { Completion } from './completion.js'
import type { AnyJob } from '../define-job.js'
import type { Recorder } from './recorder.js'
import type { Reporter } from './reporter.js'
import type { SettingsInForce } from '../settings.js'
import { listAwaited, type AwaitedJob } from '../store/awaited.js'

export interface PartsOptions {
  readonly database: Database
  readonly recorder: Recorder
  readonly reporter: Reporter
  readonly clock: Clock
}

/** What stands behind an attempt, made when its handler asks for it: most ask for nothing. */
export class AttemptParts {
  #report: AttemptReport | undefined
  #completion: Completion | undefined

  constructor(
    readonly run: AttemptRun,
    readonly definition: AnyJob,
    readonly rules: SettingsInForce,
    readonly on: PartsOptions,
    /** How often the job may run in total. */
    readonly maxAttempts: number,
  ) {}

  /** 1 on the first run. */
  get attempt(): number {
    return this.run.job.attempt
  }

  /** What the handler has said, if it has said anything. */
  get said(): AttemptReport | undefined {
    return this.#report
  }

  /** The end in a transaction of the handler's own, if it has tried one. */
  get tried(): Completion | undefined {
    return this.#completion
  }

  get report(): AttemptReport {
    return (this.#report ??= this.#open())
  }

  get completion(): Completion {
    return (this.#completion ??= new Completion(this))
  }

  awaited(): Promise<readonly AwaitedJob[]> {
    return listAwaited(this.on.database, this.run.job)
  }

  #open(): AttemptReport {
    const { run, definition, on } = this
    const { keep } = definition
    // Log lines are kept as long as any job of the definition.
    const keepMs = Math.max(toMs(keep.done), toMs(keep.dead))
    const report = on.reporter.open({ ...run.job, keepMs }, () => run.stop('lease'))
    if (run.hasEnded) report.close()
    return report
  }
}
