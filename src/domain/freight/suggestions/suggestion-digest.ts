import type { Database } from '../../../database/index.js'
import type { Notify } from '../../../notifications/index.js'
import type { Attempt } from '../../../queue/index.js'
import type { Clock } from '../../../time/index.js'
import { digestNotice, NAMED_IN_DIGEST } from './digest-notice.js'
import { takeUntold } from './store/untold.js'

/** Tells those who may accept suggestions of all new ones at once. */
export class SuggestionDigest {
  readonly #database: Database
  readonly #notify: Notify
  readonly #clock: Clock

  constructor({ database, notify, clock }: { database: Database; notify: Notify; clock: Clock }) {
    this.#database = database
    this.#notify = notify
    this.#clock = clock
  }

  /** Ends the job in the transaction that tells: nothing is told twice. Says nothing if all were decided about meanwhile. */
  async tell(attempt: Pick<Attempt, 'jobId' | 'tenantId' | 'finish'>): Promise<void> {
    const { tenantId } = attempt
    await this.#database.transaction(async (tx) => {
      const news = await takeUntold(tx, tenantId, { best: NAMED_IN_DIGEST, now: this.#clock.now() })
      if (news.count > 0) await this.#notify(tx, digestNotice(attempt, news))
      await attempt.finish(tx, { told: news.count })
    })
  }
}
