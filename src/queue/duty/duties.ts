import type { Cancel, Clock } from '../../time/index.js'
import type { Database } from '../../database/index.js'
import type { Elector } from './elector.js'
import { Periodic, type Service } from './periodic.js'
import { LEADER_CHANNEL } from '../store/leader.js'

export interface Services {
  /** What every process does. */
  readonly everywhere: readonly Service[]
  /** What one process does for all. Two at a time must do no harm. */
  readonly leading: readonly Service[]
  /** The same for what takes knowing the definitions: a process that knows one that the leader does not does it as well. */
  readonly knowing: readonly Service[]
}

/** Runs an engine's services, and lets the elector decide about those that one process does for all. */
export class Duties {
  readonly #periodics = new Map<Service, Periodic>()
  readonly #forAll: readonly Service[]
  #leave: Cancel | undefined

  constructor(
    private readonly database: Database,
    private readonly elector: Elector,
    { everywhere, leading, knowing }: Services,
    clock: Clock,
    onError: (error: unknown, where: string) => void,
  ) {
    this.#forAll = [...leading, ...knowing]
    const add = (services: readonly Service[], isOurs?: () => boolean) => {
      for (const service of services)
        this.#periodics.set(service, new Periodic(service, clock, onError, isOurs))
    }
    add([elector, ...everywhere])
    add(leading, () => elector.isLeader)
    add(knowing, () => elector.mayStandIn)
  }

  async start(): Promise<void> {
    if (this.database.kind === 'server')
      this.#leave = await this.database.listen(LEADER_CHANNEL, () => this.wake(this.elector))
    try {
      await this.elector.runOnce()
    } catch (error) {
      this.#leave?.() // nobody else would
      throw error
    }
    for (const periodic of this.#periodics.values()) periodic.start()
  }

  /** Has `service` run at once, whoever leads: somebody here knows that there is something to do. */
  wake(service: Service): void {
    this.#periodics.get(service)?.wake()
  }

  /** This process leads from now on. */
  takeUp(): void {
    for (const service of this.#forAll) this.wake(service)
  }

  /** Leaves what is done for all to another process. */
  async handOver(): Promise<void> {
    this.#leave?.()
    await this.#stop([this.elector, ...this.#forAll])
    await this.elector.resign()
  }

  async stop(): Promise<void> {
    await this.#stop([...this.#periodics.keys()])
  }

  async #stop(services: readonly Service[]): Promise<void> {
    await Promise.all(services.map((service) => this.#periodics.get(service)?.stop()))
  }
}
