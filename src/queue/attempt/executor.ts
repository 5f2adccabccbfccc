import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import type { AttemptRun } from './attempt-run.js'
import type { Verdict } from './classify.js'
import type { Client } from '../enqueue/client.js'
import { Execution } from './execution.js'
import type { EngineSignals } from '../engine-signals.js'
import type { Middleware } from './middleware.js'
import type { Recorded } from './record.js'
import type { Recorder } from './recorder.js'
import type { Registry } from '../registry.js'
import type { Reporter } from './reporter.js'
import type { Signals } from '../signals.js'
import type { Threads } from './threads.js'

export type { EndedEvent } from '../engine-signals.js'

export interface ExecutorOptions<Needs> {
  database: Database
  recorder: Recorder
  reporter: Reporter
  registry: Registry<Needs>
  /** Checks a child that a handler asks for. */
  prepare: Client['prepare']
  threads: Threads
  middleware: readonly Middleware[]
  signals: Signals<EngineSignals>
  needs: Needs
  clock: Clock
  random: () => number
  onError: (error: unknown, where: string) => void
}

/** Hears how far an attempt is; nothing is called twice. */
export interface AttemptListener {
  /** Its handler is through, after so long; its end is yet to be written down. */
  through(runMs: number): void
  /** Its end is written down. */
  recorded(how: Recorded, verdict: Verdict): void
  /** Its end could not be written down. */
  failed(error: unknown): void
}

/** Runs claimed jobs of the definitions that its registry knows. */
export class Executor<Needs> {
  constructor(private readonly options: ExecutorOptions<Needs>) {}

  execute(run: AttemptRun, listener: AttemptListener): void {
    new Execution(this.options, run, listener).begin()
  }
}
