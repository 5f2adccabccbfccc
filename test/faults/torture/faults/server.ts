import type { Fault } from '../fault.js'

/** How often in a round. */
const TIMES = 2

function stopping(name: string, mode: 'fast' | 'immediate', about: Pick<Fault, 'reruns'> = {}): Fault {
  return {
    ...about,
    name,
    on: 'server',
    atLeast: TIMES,
    seconds: 16,
    async run(world) {
      const { stage, cluster } = await world.stageOnCluster()
      await stage.start()
      for (let n = 0; n < TIMES; n++) {
        await stage.pauseAbout(2_000)
        stage.noteInjection()
        await cluster.stop(mode)
        await stage.pauseAbout(500)
        await cluster.start()
      }
      await stage.pauseAbout(1_000)
      return stage.settle()
    },
  }
}

/** Nobody is taken for dead. */
export const serverRestart = stopping('server-restart', 'fast', { reruns: 'none' })

/** No time to tidy up: the server recovers from its log. */
export const serverCrash = stopping('server-crash', 'immediate')
