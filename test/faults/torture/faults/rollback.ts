import type { Injection } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'

/** How often in a round. */
const ROLLBACKS = 10

/** Producers roll every third of their transactions back, with a row of theirs and a job in it. */
export const rollback: Fault = {
  name: 'rollback',
  on: 'server',
  atLeast: ROLLBACKS,
  reruns: 'none',
  seconds: 10,
  async run(world) {
    const stage = await world.stage()
    await stage.start({ withRows: 0.9 })
    await stage.pauseAbout(4_000)
    await stage.until(async () => rolledBack(stage).length >= ROLLBACKS || undefined)
    const evidence = await stage.settle()
    return { ...evidence, injections: rolledBack(stage) }
  },
}

function rolledBack(stage: Stage): readonly Injection[] {
  return stage.produced().flatMap((entry) => (entry.saw === 'rolled back' ? [{ atMs: entry.atMs }] : []))
}
