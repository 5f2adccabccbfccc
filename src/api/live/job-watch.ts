import { publishChanges, type Change } from '../../events/index.js'
import { isFinal, type JobStanding, type Service } from '../../queue/index.js'
import type { Duration } from '../../time/index.js'
import { progressOf, statusOf } from '../schemas/job.js'
import type { AllServices } from '../services.js'
import { streamOfJob } from './streams.js'

interface Watched {
  readonly watchers: Set<object>
  /** What was seen of it last, as text; empty where watchers know different things. */
  seen: string
  /** The number in its stream after which all its watchers hear of it. */
  after: number
}

/** What clients get of a job that they watch. */
export function toWatched({ id, name, state, attempt, progress }: JobStanding) {
  return {
    ...{ jobId: id, type: name, status: statusOf(state), state, attempt },
    ...progressOf({ state, progress }),
  }
}

/** Looks once a second at all jobs that are watched here, whoever watches them, and tells of those that changed. */
export class JobWatch implements Service {
  readonly name = 'look at watched jobs'
  readonly every: Duration = '1s'
  readonly #watched = new Map<string, Watched>()

  constructor(private readonly services: Pick<AllServices, 'database' | 'in'>) {}

  /**
   * @param standing what `watcher` knows already; of a job that has ended nothing follows
   * @param after the last number of the job's stream before that
   */
  watch(standing: JobStanding, { watcher, after }: { watcher: object; after: number }): void {
    if (isFinal(standing.state)) return
    const seen = textOf(standing)
    const watched = this.#watched.get(standing.id) ?? { watchers: new Set(), seen, after }
    watched.watchers.add(watcher)
    if (watched.seen !== seen) watched.seen = ''
    watched.after = Math.max(watched.after, after)
    this.#watched.set(standing.id, watched)
  }

  unwatch(jobId: string, watcher: object): void {
    const watched = this.#watched.get(jobId)
    watched?.watchers.delete(watcher)
    if (watched?.watchers.size === 0) this.#watched.delete(jobId)
  }

  async runOnce(): Promise<{ changed: number }> {
    const changed = this.#watched.size === 0 ? [] : await this.#tellChanged()
    for (const standing of changed) {
      const watched = this.#watched.get(standing.id)
      if (watched) watched.seen = textOf(standing)
      if (isFinal(standing.state)) this.#watched.delete(standing.id)
    }
    return { changed: changed.length }
  }

  async #tellChanged(): Promise<readonly JobStanding[]> {
    const { database, in: inside } = this.services
    let changed: readonly JobStanding[] = []
    await database.transaction(
      (tx) =>
        publishChanges(tx, async () => {
          const found = await inside(tx).engine.operator.standings([...this.#watched.keys()])
          changed = found.filter((standing) => this.#watched.get(standing.id)?.seen !== textOf(standing))
          return changed.map((standing) => toChange(standing, this.#watched.get(standing.id)?.after ?? 0))
        }),
      { prompt: true }, // others wait for the lock: who stands still is not to keep it
    )
    return changed
  }
}

function toChange(standing: JobStanding, after: number): Change {
  const { id, tenantId } = standing
  return {
    tenantId,
    stream: streamOfJob(id),
    type: 'job.updated',
    data: toWatched(standing),
    needs: 'jobs.read',
    after,
  }
}

function textOf(standing: JobStanding): string {
  return JSON.stringify(toWatched(standing))
}
