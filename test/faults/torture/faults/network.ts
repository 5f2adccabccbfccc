import { Wire } from '../../wire.js'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'
import type { World } from '../world.js'

async function wired(world: World): Promise<{ stage: Stage; wire: Wire }> {
  let wire: Wire | undefined
  const stage = await world.stage({
    where: async (direct) => {
      const way = await Wire.to(direct)
      wire = way.wire
      world.undo(async () => way.wire.close())
      return way.url
    },
  })
  return { stage, wire: wire as Wire }
}

/** In the middle of a handler's or a producer's transaction, at its commit, at any statement of the engine's own. */
const MOMENTS = ['public.effect', 'public.own_row', 'COMMIT', 'COMMIT', 'linehaul_', 'linehaul_']

const CUTS = 12

/** How long to wait for the moment to come. */
const PATIENCE_MS = 2_000

export const connectionCut: Fault = {
  name: 'connection-cut',
  on: 'server',
  atLeast: CUTS / 2,
  seconds: 16,
  async run(world) {
    const { stage, wire } = await wired(world)
    await stage.start()
    for (let n = 0; n < CUTS; n++) {
      await stage.pauseAbout(400)
      const cut = wire.cutAt(world.random.pick(MOMENTS), { heard: n % 2 === 0 })
      await Promise.race([cut.then(() => stage.noteInjection()), stage.pause(PATIENCE_MS)])
    }
    return stage.settle()
  },
}

/** For so long the connections stand open, and nobody hears anything on them; new ones get through. */
const HALF_OPEN_MS = 13_000

export const halfOpen: Fault = {
  name: 'half-open',
  on: 'server',
  atLeast: 1,
  seconds: 30,
  async run(world) {
    const { stage, wire } = await wired(world)
    await stage.start()
    await stage.pauseAbout(2_000)
    stage.noteInjection()
    wire.fallSilent()
    wire.speakAgain()
    await stage.pause(HALF_OPEN_MS)
    wire.hangUp()
    await stage.pauseAbout(1_000)
    return stage.settle()
  },
}
