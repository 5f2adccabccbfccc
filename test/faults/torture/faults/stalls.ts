import type { Child } from '../child.js'
import type { Evidence } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'
import type { World } from '../world.js'

/** Long beyond the lease: who is rescued by it can be told from who only woke. */
const LONG_MS = 24_000

/** For a moment, after which nobody may be taken for dead. */
const SHORT_MS = 3_000

/** @returns since when it stood still */
type Stall = (stage: Stage, child: Child, ms: number) => Promise<number>

/** One worker stands still for longer than its lease, and another for a moment. */
async function stalling(world: World, stall: Stall): Promise<Evidence> {
  const stage = await world.stage()
  await stage.start({ workers: 2, workMs: 800 })
  await stage.pauseAbout(2_000)
  const [long, short] = stage.random.shuffle(stage.workers) as [Child, Child]
  const stallAndNote = async (child: Child, ms: number) => {
    const atMs = await stall(stage, child, ms)
    stage.noteInjection({ atMs, of: child.name, isHarmless: ms === SHORT_MS })
  }
  const over = stallAndNote(long, LONG_MS)
  await Promise.all([over, stage.pauseAbout(2_000).then(() => stallAndNote(short, SHORT_MS))])
  await stage.pauseAbout(1_000)
  return stage.settle()
}

const common = { on: 'server', atLeast: 2, seconds: 36 } as const

export const blockedLoop: Fault = {
  ...common,
  name: 'blocked-loop',
  run: (world) =>
    stalling(world, async (_, child, ms) => {
      const { fromMs } = await child.order<{ fromMs: number }>({ do: 'block', ms })
      return fromMs
    }),
}

export const frozenWorker: Fault = {
  ...common,
  name: 'frozen-worker',
  run: (world) =>
    stalling(world, async (stage, child, ms) => {
      const fromMs = Date.now()
      child.freeze()
      await stage.pause(ms).finally(() => child.wake())
      return fromMs
    }),
}
