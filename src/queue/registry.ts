import type { AnyJob } from './define-job.js'
import { InvalidDefinitionError, UnknownJobError } from './errors.js'
import { nearestName } from './nearest-name.js'
import { Policies } from './policy/policies.js'
import type { Settings } from './settings.js'

/** The definitions an engine knows, by name and alias. */
export class Registry<Needs> {
  readonly #byName = new Map<string, AnyJob<Needs>>()
  readonly jobs: readonly AnyJob<Needs>[]
  /** How the jobs of these definitions are treated at present. */
  readonly policies: Policies

  /**
   * @param settings what can be set of them without a deployment. Default: nothing is
   * @throws {InvalidDefinitionError} JOBS_INVALID_DEFINITION when two definitions claim one name.
   */
  constructor(jobs: readonly AnyJob<Needs>[], settings?: Settings) {
    this.jobs = jobs
    this.policies = new Policies(jobs, settings)
    for (const job of jobs) for (const name of [job.name, ...job.aliases]) this.#add(name, job)
  }

  /** Every name under which a row may lie that this engine can run. */
  get names(): readonly string[] {
    return [...this.#byName.keys()]
  }

  /** What a process can do for others: the definitions it knows, and `definition/schedule` for each that they declare. */
  get known(): readonly string[] {
    return this.jobs.flatMap(({ name, schedules }) => [
      name,
      ...schedules.map((schedule) => `${name}/${schedule.name}`),
    ])
  }

  get queues(): readonly string[] {
    return [...new Set(this.jobs.map(({ queue }) => queue))]
  }

  find(name: string): AnyJob<Needs> | undefined {
    return this.#byName.get(name)
  }

  /** All names under which rows of a definition may lie; of one that is not known any more, the name itself. */
  namesOf(name: string): readonly string[] {
    const job = this.find(name)
    return job ? [job.name, ...job.aliases] : [name]
  }

  /** @throws {UnknownJobError} JOBS_UNKNOWN_DEFINITION, with the nearest known name. */
  get(name: string): AnyJob<Needs> {
    const job = this.find(name)
    if (!job) throw new UnknownJobError(name, nearestName(name, this.names))
    return job
  }

  #add(name: string, job: AnyJob<Needs>): void {
    const other = this.#byName.get(name)
    if (other) throw new InvalidDefinitionError(name, `both ${other.name} and ${job.name} claim the name`)
    this.#byName.set(name, job)
  }
}
