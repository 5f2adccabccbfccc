import type { Fault } from '../fault.js'

const HOUR_MS = 3_600_000

/** Every process goes ahead by an hour, one after the other, and then back again by an hour. */
export const clockJump: Fault = {
  name: 'clock-jump',
  on: 'server',
  atLeast: 6,
  reruns: 'none',
  seconds: 12,
  async run(world) {
    const stage = await world.stage()
    await stage.start()
    const everyone = [...stage.workers, ...stage.producers]
    for (const ms of [HOUR_MS, -HOUR_MS]) {
      for (const child of world.random.shuffle(everyone)) {
        await stage.pauseAbout(800)
        await child.order({ do: 'jump', ms })
        stage.noteInjection({ of: child.name })
      }
    }
    await stage.pauseAbout(1_000)
    return stage.settle()
  },
}
