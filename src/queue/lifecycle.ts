import type { Duration } from '../time/index.js'
import { EngineStoppedError } from './errors.js'

/** Starts once and stops once, however often it is asked to. What was stopped does not start again. */
export class Lifecycle {
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor(private readonly how: { start(): Promise<void>; stop(grace: Duration): Promise<void> }) {}

  /**
   * A start that failed can be tried again.
   * @throws {EngineStoppedError} JOBS_ENGINE_STOPPED
   */
  async start(): Promise<void> {
    if (this.#stopping) throw new EngineStoppedError()
    this.#starting ??= this.#tryToStart()
    await this.#starting
  }

  /** Does nothing if it was not started. Asked again, it waits for the first stop; its grace stands. */
  async stop(grace: Duration): Promise<void> {
    if (!this.#starting) return
    this.#stopping ??= this.#stopAfter(this.#starting, grace)
    await this.#stopping
  }

  async #tryToStart(): Promise<void> {
    try {
      await this.how.start()
    } catch (error) {
      this.#starting = undefined
      throw error
    }
  }

  /** What is halfway through its start cannot be stopped; what never got through it has nothing to stop. */
  async #stopAfter(starting: Promise<void>, grace: Duration): Promise<void> {
    const hasStarted = await starting.then(
      () => true,
      () => false, // whoever started it has heard
    )
    if (hasStarted) await this.how.stop(grace)
  }
}
