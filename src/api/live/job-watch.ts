import { publishChanges, type LiveEvent } from '../../events/index.js'
import { isFinal, type JobStanding, type Service } from '../../queue/index.js'
import type { Duration } from '../../time/index.js'
import { progressOf, statusOf } from '../schemas/job.js'
import type { AllServices } from '../services.js'
import { streamOfJob } from './streams.js'

interface Watched {
  readonly watchers: Set<object>
  /** What was seen of it last, as text. */
  seen: string
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

  /** @param standing what `watcher` knows already; of a job that has ended nothing follows */
  watch(standing: JobStanding, watcher: object): void {
    if (isFinal(standing.state)) return
    const watched = this.#watched.get(standing.id) ?? { watchers: new Set(), seen: textOf(standing) }
    watched.watchers.add(watcher)
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
    await database.transaction((tx) =>
      publishChanges(tx, async () => {
        const found = await inside(tx).engine.operator.standings([...this.#watched.keys()])
        changed = found.filter((standing) => this.#watched.get(standing.id)?.seen !== textOf(standing))
        return changed.map(toEvent)
      }),
    )
    return changed
  }
}

function toEvent(standing: JobStanding): LiveEvent {
  const { id, tenantId } = standing
  return {
    tenantId,
    stream: streamOfJob(id),
    type: 'job.updated',
    data: toWatched(standing),
    needs: 'jobs.read',
  }
}

function textOf(standing: JobStanding): string {
  return JSON.stringify(toWatched(standing))
}
