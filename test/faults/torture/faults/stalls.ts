import type { Child } from '../child.js'
import type { Evidence } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'

/** Long beyond the lease: who is rescued by it can be told from who only woke. */
const LONG_MS = 24_000

/** For a moment, after which nobody should be taken for dead. */
const SHORT_MS = 3_000

type Stall = (stage: Stage, child: Child, ms: number) => Promise<void>

/** One worker stands still for longer than its lease, and another for a moment. */
async function stalling(stage: Stage, stall: Stall): Promise<Evidence> {
  await stage.start({ workers: 3, workMs: 800 })
  await stage.pauseAbout(2_000)
  const [long, short] = stage.random.shuffle(stage.workers) as [Child, Child]
  stage.noteInjection()
  const over = stall(stage, long, LONG_MS)
  await stage.pauseAbout(2_000)
  stage.noteInjection()
  await Promise.all([over, stall(stage, short, SHORT_MS)])
  await stage.pauseAbout(1_000)
  return stage.settle()
}

const common = { on: 'server', atLeast: 2, seconds: 36 } as const

export const blockedLoop: Fault = {
  ...common,
  name: 'blocked-loop',
  async run(world) {
    return stalling(await world.stage(), async (stage, child, ms) => {
      child.order({ do: 'block', ms })
      await stage.pause(ms)
    })
  },
}

export const frozenWorker: Fault = {
  ...common,
  name: 'frozen-worker',
  async run(world) {
    return stalling(await world.stage(), async (stage, child, ms) => {
      child.freeze()
      await stage.pause(ms).finally(() => child.wake())
    })
  },
}
