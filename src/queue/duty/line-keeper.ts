import type { Database } from '../../database/index.js'
import type { Service } from './periodic.js'
import type { Registry } from '../registry.js'
import { sendBack, setAside, setAsideUnknown, takeBack } from '../store/aside.js'
import { insertPauses, listPauses, type StandingPause } from '../store/pause.js'

const BATCH = 2_000

/**
 * Keeps out of line what no worker may start, so that claims need not step over it: jobs of paused definitions, and those
 * that no worker knows. Once they are resumed or known they are put back.
 */
export class LineKeeper implements Service {
  readonly name = 'keep lines'
  // A round reads what waits in the queues of paused definitions, and the head of every other line, so not more often;
  // those who pause and resume wake it.
  readonly every = '1s'

  constructor(
    private readonly database: Database,
    private readonly registry: Registry<never>,
    private readonly onTakenBack: () => void,
  ) {}

  async runOnce(): Promise<{ aside: number; back: number }> {
    const { names } = this.registry
    const aside = await this.#setPausedAside()
    const unknown = await inBatches((most) => setAsideUnknown(this.database, { names, most }))
    const back = await inBatches(async (most) => {
      const back = await takeBack(this.database, { names, most })
      if (back > 0) this.onTakenBack()
      return back
    })
    return { aside: aside + unknown, back }
  }

  async #setPausedAside(): Promise<number> {
    const pauses = await this.#listPauses()
    if (pauses.length === 0) return 0
    const sentBack = await sendBack(this.database)
    const queues = pauses.flatMap(({ name }) => this.registry.find(name)?.queue ?? [])
    if (queues.length === 0) return sentBack
    return sentBack + (await inBatches((most) => setAside(this.database, { queues, most })))
  }

  /** A definition that was renamed since it was paused stays paused under each of its names. */
  async #listPauses(): Promise<readonly StandingPause[]> {
    const pauses = await listPauses(this.database)
    const renamed = missingNames(pauses, this.registry)
    for (const { rows, by, reason, at } of renamed)
      await insertPauses(this.database, rows, { by, reason, now: at })
    return renamed.length > 0 ? listPauses(this.database) : pauses
  }
}

async function inBatches(work: (most: number) => Promise<number>): Promise<number> {
  let all = 0
  for (let batch = BATCH; batch === BATCH; all += batch) batch = await work(BATCH)
  return all
}

/** The names of paused definitions under which they are not paused, with what to say of them. */
function missingNames(pauses: readonly StandingPause[], registry: Registry<never>) {
  return pauses.flatMap(({ name: paused, tenantId, queue, by, reason, at }) => {
    const job = registry.find(paused)
    const names = job ? [job.name, ...job.aliases] : []
    const missing = names.filter(
      (name) => !pauses.some((other) => other.name === name && other.tenantId === tenantId),
    )
    if (missing.length === 0) return []
    return [{ rows: missing.map((name) => ({ tenantId, queue, name })), by, reason, at }]
  })
}
