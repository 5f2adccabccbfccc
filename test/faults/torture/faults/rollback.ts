import type { Fault } from '../fault.js'

/** Producers roll every third of their transactions back, with a row of theirs and a job in it. */
export const rollback: Fault = {
  name: 'rollback',
  on: 'server',
  atLeast: 10,
  seconds: 10,
  async run(world) {
    const stage = await world.stage()
    await stage.start({ withRows: 0.9 })
    await stage.pauseAbout(4_000)
    const evidence = await stage.settle()
    const injectedMs = evidence.produced.flatMap((entry) => (entry.saw === 'rolled back' ? [entry.atMs] : []))
    return { ...evidence, injectedMs }
  },
}
