import type { Service } from '../../queue/index.js'
import type { Duration } from '../../time/index.js'
import type { Services } from '../services.js'
import type { Rooms } from './audience.js'
import { roomOf, TENANT_STREAM } from './streams.js'

/** Somebody who may get counters. */
export interface Counting {
  readonly tenantId: string
  readonly mayCount: boolean
}

/** Counts once a second the jobs of tenants who have somebody here to see it, and tells them when a count has changed. */
export class Counters implements Service {
  readonly name = 'count for live clients'
  readonly every: Duration = '1s'
  readonly #last = new Map<string, string>()

  constructor(
    private readonly on: {
      readonly services: Pick<Services, 'engine'>
      readonly rooms: Rooms
      clients(): Iterable<Counting>
    },
  ) {}

  async runOnce(): Promise<{ told: number }> {
    const tenants = new Set<string>()
    for (const { tenantId, mayCount } of this.on.clients()) if (mayCount) tenants.add(tenantId)
    for (const tenantId of this.#last.keys()) if (!tenants.has(tenantId)) this.#last.delete(tenantId)
    let told = 0
    for (const tenantId of tenants) told += Number(await this.#tell(tenantId))
    return { told }
  }

  /** Gives somebody who has just come the counts that were told last, if there are any. */
  greet({ tenantId, mayCount }: Counting, send: (counts: unknown) => void): void {
    const text = this.#last.get(tenantId)
    if (mayCount && text !== undefined) send(JSON.parse(text))
  }

  async #tell(tenantId: string): Promise<boolean> {
    const counted = await this.on.services.engine.operator.queues(tenantId)
    const counts = {
      queues: counted.map(({ oldestWaitingAt: _, paused, ...queue }) => ({
        ...queue,
        paused: paused !== null,
      })),
    }
    const text = JSON.stringify(counts)
    if (text === this.#last.get(tenantId)) return false
    this.#last.set(tenantId, text)
    this.on.rooms
      .to(roomOf({ tenantId, stream: TENANT_STREAM, needs: 'jobs.read' }))
      .emit('jobs.counted', counts)
    return true
  }
}
