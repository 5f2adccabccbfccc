import type { Service } from '../../queue/index.js'
import type { Duration } from '../../time/index.js'
import type { Services } from '../services.js'

/** Somebody who may get counters. */
export interface Counting {
  readonly tenantId: string
  readonly mayCount: boolean
  /** Whether it has taken all that it was sent: counts are never kept for one who is slow. */
  readonly isFree: boolean
}

/** Counts once a second the jobs of tenants who have somebody here to see it, and tells everybody who was told otherwise. */
export class Counters<Client extends Counting> implements Service {
  readonly name = 'count for live clients'
  readonly every: Duration = '1s'
  /** What each was told last, as text. */
  readonly #told = new WeakMap<Client, string>()

  constructor(
    private readonly on: {
      readonly services: Pick<Services, 'engine'>
      clients(): Iterable<Client>
      /** Sends all of them the same, encoded once. */
      send(clients: readonly Client[], counts: object): void
    },
  ) {}

  async runOnce(): Promise<{ told: number }> {
    const tenants = new Set<string>()
    for (const { tenantId, mayCount } of this.on.clients()) if (mayCount) tenants.add(tenantId)
    let told = 0
    for (const tenantId of tenants) told += await this.#tell(tenantId)
    return { told }
  }

  async #tell(tenantId: string): Promise<number> {
    const counted = await this.on.services.engine.operator.queues(tenantId)
    const counts = {
      queues: counted.map(({ oldestWaitingAt: _, paused, ...queue }) => ({
        ...queue,
        paused: paused !== null,
      })),
    }
    const text = JSON.stringify(counts)
    const behind = [...this.on.clients()].filter(
      (client) =>
        client.tenantId === tenantId && client.mayCount && client.isFree && this.#told.get(client) !== text,
    )
    for (const client of behind) this.#told.set(client, text)
    if (behind.length > 0) this.on.send(behind, counts)
    return behind.length
  }
}
