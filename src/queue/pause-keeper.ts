import type { Database } from '../database/index.js'
import type { Service } from './periodic.js'
import type { Registry } from './registry.js'
import { sendBack, setAside, takeBack } from './store/aside.js'
import { listPauses } from './store/pause.js'

const BATCH = 2_000

/** Keeps jobs of paused definitions out of the way of claims, and puts them back in line once they are resumed. */
export class PauseKeeper implements Service {
  readonly name = 'keep pauses'
  // A round reads what waits in the queues of paused definitions, so not more often; those who pause and resume wake it.
  readonly every = '1s'

  constructor(
    private readonly database: Database,
    private readonly registry: Registry<never>,
    private readonly onTakenBack: () => void,
  ) {}

  async runOnce(): Promise<{ aside: number; back: number }> {
    const pauses = await listPauses(this.database)
    const queues = pauses.flatMap(({ name }) => this.registry.find(name)?.queue ?? [])
    const sentBack = pauses.length > 0 ? await sendBack(this.database) : 0
    const aside = queues.length > 0 ? await inBatches((most) => setAside(this.database, { queues, most })) : 0
    const back = await inBatches(async (most) => {
      const back = await takeBack(this.database, most)
      if (back > 0) this.onTakenBack()
      return back
    })
    return { aside: aside + sentBack, back }
  }
}

async function inBatches(work: (most: number) => Promise<number>): Promise<number> {
  let all = 0
  for (let batch = BATCH; batch === BATCH; all += batch) batch = await work(BATCH)
  return all
}
