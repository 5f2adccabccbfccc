import type { Database } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import type { Service } from '../duty/periodic.js'
import { pruneBuckets } from '../store/bucket.js'

/** Removes what limits remember once nobody needs it any more. */
export class BucketPruner implements Service {
  readonly name = 'prune limits'
  readonly every = '1m'

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  runOnce(): Promise<{ starts: number; buckets: number }> {
    return pruneBuckets(this.database, toMs(this.every), this.clock.statementTime())
  }
}
