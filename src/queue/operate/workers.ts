import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { LEASE_MS } from '../duty/lease.js'
import { listWorkers, type WorkerView } from '../store/worker-list.js'

/** Who works. */
export class Workers {
  constructor(private readonly on: { database: Database; clock: Clock }) {}

  /** The processes that live and run jobs, longest there first. @param of whose running jobs count; default: those of all */
  list(of?: { tenantId: string }): Promise<readonly WorkerView[]> {
    const { database, clock } = this.on
    return listWorkers(database, { leaseMs: LEASE_MS, now: clock.statementTime(), ...of })
  }
}
