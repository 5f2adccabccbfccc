import { toMs, type Clock, type Duration } from '../../time/index.js'
import { Doorbell } from '../doorbell.js'

/** A duty that the engine does again and again. `runOnce` can be called by itself, as tests do. */
export interface Service {
  readonly name: string
  readonly every: Duration
  /** Resolves to what it did; an empty or zero result means there was nothing to do. */
  runOnce(): Promise<unknown>
}

/** Between rounds that failed; a service that runs less often anyway keeps to its own time. */
const LONGEST_PAUSE_MS = 5_000

/** Runs one service in a loop: at once, then `every` after it last ended, or as soon as somebody wakes it. */
export class Periodic {
  readonly #bell: Doorbell
  #isAsked = false
  #failures = 0
  #stopping = false
  #loop: Promise<void> | undefined

  constructor(
    private readonly service: Service,
    clock: Clock,
    private readonly onError: (error: unknown, where: string) => void,
    /** Whether it is to run here by itself; otherwise only when it is woken. */
    private readonly isOurs: () => boolean = () => true,
  ) {
    this.#bell = new Doorbell(clock)
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  wake(): void {
    this.#isAsked = true
    this.#bell.ring()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#bell.ring()
    await this.#loop
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      if (this.#isAsked || this.isOurs()) await this.#runOnce()
      if (!this.#stopping) await this.#bell.sleep(this.#pauseMs())
    }
  }

  async #runOnce(): Promise<void> {
    this.#isAsked = false
    try {
      await this.service.runOnce()
      this.#failures = 0
    } catch (error) {
      this.#failures += 1
      this.onError(error, this.service.name) // the next round tries again
    }
  }

  /** Doubled with each failure, so that a database that is away is neither flooded nor the log. */
  #pauseMs(): number {
    const everyMs = toMs(this.service.every)
    return this.#failures < 2
      ? everyMs
      : Math.max(everyMs, Math.min(everyMs * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS))
  }
}
