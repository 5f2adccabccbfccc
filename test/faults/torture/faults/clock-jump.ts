import type { Fault } from '../fault.js'

const HOUR_MS = 3_600_000

/** By an hour, forward or back, of a worker or of a producer. */
export const clockJump: Fault = {
  name: 'clock-jump',
  on: 'server',
  atLeast: 6,
  seconds: 12,
  async run(world) {
    const stage = await world.stage()
    await stage.start()
    for (let n = 0; n < 6; n++) {
      await stage.pauseAbout(800)
      stage.noteInjection()
      const child = world.random.pick([...stage.workers, ...stage.producers])
      child.order({ do: 'jump', ms: n % 2 === 0 ? HOUR_MS : -HOUR_MS })
    }
    await stage.pauseAbout(1_000)
    return stage.settle()
  },
}
