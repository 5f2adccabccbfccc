import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { refuseInvalidFilter } from './check-filter.js'
import { JobNotFoundError } from '../errors.js'
import { explain, type Explanation } from './explain.js'
import { gatherFacts } from './explain-facts.js'
import { pauseOf } from '../limit/pauses.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { Registry } from '../registry.js'
import { countByQueue, countJobs, type Count, type QueueCounts } from '../store/count.js'
import { toJobView, type JobView } from './job-view.js'
import { findJob, listJobs } from '../store/find.js'
import { listLogLines, type LogLine } from '../store/log.js'
import { listPauses, type StandingPause } from '../store/pause.js'
import { listStandings, type Standing } from '../store/standing.js'
import type { JobFilter } from '../store/select-jobs.js'
import { SYSTEM_QUEUE } from '../work/queue-settings.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** How much a queue holds, and who keeps it from running. */
export type QueueView = QueueCounts & { readonly paused: Pick<StandingPause, 'by' | 'reason' | 'at'> | null }

/** What people may look at, each within one tenant. */
export class JobSearch {
  constructor(
    readonly database: Database,
    readonly registry: Registry<never>,
    readonly clock: Clock,
  ) {}

  /** @throws {JobNotFoundError} JOBS_NOT_FOUND */
  async get(tenantId: string, id: string): Promise<JobView> {
    const job = UUID.test(id) ? await findJob(this.database, tenantId, id) : undefined
    if (!job) throw new JobNotFoundError(id)
    return toJobView(this.registry, job)
  }

  /** Where some jobs stand, of all tenants; those that are not there are left out. For who looks at many again and again. */
  async standings(ids: readonly string[]): Promise<readonly Standing[]> {
    return listStandings(
      this.database,
      ids.filter((id) => UUID.test(id)),
    )
  }

  /**
   * Newest first. @param page begins after the job with that id
   * @throws {JobsError} JOBS_UNKNOWN_OPTION, JOBS_INVALID_OPTION
   */
  async list(
    tenantId: string,
    { limit, after, ...filter }: JobFilter & { limit: number; after?: string | undefined },
  ): Promise<readonly JobView[]> {
    refuseInvalidFilter('of a list of jobs', filter, { limit: true, after: true })
    const jobs = await listJobs(this.database, tenantId, { ...this.among(tenantId, filter), limit, after })
    return jobs.map((job) => toJobView(this.registry, job))
  }

  /** How many jobs match, as far as 10,000. @throws {JobsError} JOBS_UNKNOWN_OPTION, JOBS_INVALID_OPTION */
  async count(tenantId: string, filter: JobFilter): Promise<Count> {
    refuseInvalidFilter('of a count of jobs', filter)
    return countJobs(this.database, this.among(tenantId, filter))
  }

  /**
   * What a job's attempts logged, oldest first.
   * @param after only lines with a greater `seq`; default: from the first on
   * @param limit default 100
   * @throws {JobNotFoundError} JOBS_NOT_FOUND
   */
  async logs(
    tenantId: string,
    jobId: string,
    { after = 0, limit = 100, ...others }: { after?: number; limit?: number } = {},
  ): Promise<readonly LogLine[]> {
    refuseUnknown('of a log', others, { after: true, limit: true })
    await this.get(tenantId, jobId)
    return listLogLines(this.database, { tenantId, jobId, after, limit })
  }

  /** Counts for every queue of the definitions known here, and for any other that holds jobs. */
  async queues(tenantId: string): Promise<readonly QueueView[]> {
    const known = this.registry.queues.filter((queue) => queue !== SYSTEM_QUEUE)
    const counted = await countByQueue(this.database, tenantId, known)
    const pauses = await listPauses(this.database)
    return counted.map((counts) => {
      const pause = pauseOf(counts.queue, tenantId, pauses)
      return { ...counts, paused: pause ? { by: pause.by, reason: pause.reason, at: pause.at } : null }
    })
  }

  /**
   * Why a job does not run, and when it will.
   * @throws {JobNotFoundError} JOBS_NOT_FOUND
   */
  async explain(tenantId: string, id: string): Promise<Explanation> {
    const job = await this.get(tenantId, id)
    return explain(job, await gatherFacts(this, job))
  }

  protected among<Filter extends JobFilter>(tenantId: string, { name, ...filter }: Filter) {
    const names = name === undefined ? undefined : this.registry.namesOf(name)
    return { ...filter, names, tenantId, idsTellTime: this.clock.statementTime() === null }
  }
}
