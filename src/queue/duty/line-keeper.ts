import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { Pace } from './pace.js'
import type { Service } from './periodic.js'
import type { Registry } from '../registry.js'
import { sendBack, setAside, setAsideUnknown, takeBack } from '../store/aside.js'
import { carryPausesOver, listPauses } from '../store/pause.js'
import { holdUnlimited, limitOthers } from '../store/put-under-limits.js'

const BATCH = 2_000

export interface LineKeeperOptions {
  readonly database: Database
  readonly registry: Registry<never>
  readonly clock: Clock
}

/**
 * Keeps out of line what no worker may start, so that claims need not step over it: jobs of paused definitions, and those
 * that no worker knows. Once they are resumed or known they are put back. What a limit was set for is held until that has room.
 */
export class LineKeeper implements Service {
  readonly name = 'keep lines'
  // At most so often; those who pause and resume wake it.
  readonly every = '1s'
  // What is paused is sought in all that waits, what is unknown at the head of each line.
  readonly #paceOfPaused: Pace
  readonly #paceOfUnknown: Pace
  readonly #paceOfLimited: Pace
  #areCarriedOver = false

  constructor(
    private readonly on: LineKeeperOptions,
    private readonly onTakenBack: () => void,
  ) {
    this.#paceOfPaused = new Pace(on.clock)
    this.#paceOfUnknown = new Pace(on.clock)
    this.#paceOfLimited = new Pace(on.clock)
  }

  /** Something was paused, or limited: the next round looks for it, however long the last look took. */
  lookAnew(): void {
    this.#paceOfPaused.reset()
    this.#paceOfLimited.reset()
  }

  async runOnce(): Promise<{ aside: number; back: number }> {
    const { database, registry } = this.on
    const { names } = registry
    await this.#carryPausesOver()
    await this.#paceOfLimited.keep(() => this.#putUnderLimits())
    const aside = await this.#paceOfPaused.keep(() => this.#setPausedAside())
    const unknown = await this.#paceOfUnknown.keep(() =>
      inBatches((most) => setAsideUnknown(database, { names, most })),
    )
    const back = await inBatches(async (most) => {
      const back = await takeBack(database, { names, most })
      if (back > 0) this.onTakenBack()
      return back
    })
    return { aside: aside + unknown, back }
  }

  async #setPausedAside(): Promise<number> {
    const { database } = this.on
    const pauses = await listPauses(database)
    if (pauses.length === 0) return 0
    const sentBack = await sendBack(database)
    if (pauses.every(({ name }) => name === '')) return sentBack
    return sentBack + (await inBatches((most) => setAside(database, { most })))
  }

  /** What was put in before a limit was set, or by a process that had not heard of it, counts against it as well. */
  async #putUnderLimits(): Promise<number> {
    const { database, registry } = this.on
    const limited = registry.jobs.flatMap((job) => {
      const key = registry.policies.setKeyOf(job)
      return key === null ? [] : registry.namesOf(job.name).map((name) => ({ name, key }))
    })
    if (limited.length === 0) return 0
    const held = await inBatches((most) => holdUnlimited(database, limited, most))
    return held + (await inBatches((most) => limitOthers(database, limited, most)))
  }

  /**
   * A definition that was renamed while it was paused stays so. Only once: whoever resumes a former name later, as an older
   * version does, means it.
   */
  async #carryPausesOver(): Promise<void> {
    if (this.#areCarriedOver) return
    const renamings = this.on.registry.jobs.flatMap(({ name, aliases }) =>
      aliases.map((former) => ({ name, former })),
    )
    if (renamings.length > 0) await carryPausesOver(this.on.database, renamings)
    this.#areCarriedOver = true
  }
}

async function inBatches(work: (most: number) => Promise<number>): Promise<number> {
  let all = 0
  for (let batch = BATCH; batch === BATCH; all += batch) batch = await work(BATCH)
  return all
}
