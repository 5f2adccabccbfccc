import { EngineStoppedError } from './errors.js'

/** Starts once and stops once, however often it is asked to. What was stopped does not start again. */
export class Lifecycle {
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  /**
   * A start that failed can be tried again.
   * @throws {EngineStoppedError} JOBS_ENGINE_STOPPED
   */
  async start(start: () => Promise<void>): Promise<void> {
    if (this.#stopping) throw new EngineStoppedError()
    this.#starting ??= start().catch((error: unknown) => {
      this.#starting = undefined
      throw error
    })
    await this.#starting
  }

  /** Does nothing if it was not started. Asked again, it waits for the first stop. */
  async stop(stop: () => Promise<void>): Promise<void> {
    if (!this.#starting) return
    this.#stopping ??= stopAfter(this.#starting, stop)
    await this.#stopping
  }
}

/** What is halfway through its start cannot be stopped; what never got through it has nothing to stop. */
async function stopAfter(starting: Promise<void>, stop: () => Promise<void>): Promise<void> {
  const hasStarted = await starting.then(
    () => true,
    () => false, // whoever started it has heard
  )
  if (hasStarted) await stop()
}
