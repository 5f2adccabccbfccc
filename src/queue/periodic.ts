import { toMs, type Clock, type Duration } from '../time/index.js'
import { Doorbell } from './doorbell.js'

/** A duty that the engine does again and again. `runOnce` can be called by itself, as tests do. */
export interface Service {
  readonly name: string
  readonly every: Duration
  /** Resolves to what it did; an empty or zero result means there was nothing to do. */
  runOnce(): Promise<unknown>
}

/** Runs one service in a loop: at once, then `every` after it last ended, or as soon as somebody wakes it. */
export class Periodic {
  readonly #bell: Doorbell
  #isAsked = false
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
      if (!this.#stopping) await this.#bell.sleep(toMs(this.service.every))
    }
  }

  async #runOnce(): Promise<void> {
    this.#isAsked = false
    try {
      await this.service.runOnce()
    } catch (error) {
      this.onError(error, this.service.name) // the next round tries again
    }
  }
}
