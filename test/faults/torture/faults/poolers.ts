import path from 'node:path'

import type { Fault } from '../fault.js'
import { Pooler, type PoolMode } from '../pooler.js'
import type { Stage } from '../stage.js'
import type { World } from '../world.js'

async function pooled(
  world: World,
  mode: PoolMode,
): Promise<{ stage: Stage; pooler: Pooler; direct: string; by: string }> {
  const { shared, pooler: program } = world.ground
  if (!shared || program === undefined) throw new Error('there is no PgBouncer')
  const pooler = await Pooler.start(
    program,
    path.join(world.folder, 'pooler'),
    mode,
    shared.url(),
    world.signal,
  )
  world.undo(() => pooler.kill())
  const stage = await world.stage()
  return { stage, pooler, direct: stage.on.where, by: pooler.url(stage.on.where) }
}

async function breakPooler(stage: Stage, pooler: Pooler): Promise<void> {
  stage.noteInjection()
  await pooler.kill()
  await stage.pauseAbout(300)
  await pooler.resume(stage.on.signal)
}

/** Everyone goes through it. The pooler is killed; then a worker, which nobody but its lease tells of. */
export const poolerSession: Fault = {
  name: 'pooler-session',
  on: 'server',
  needs: 'pooler',
  atLeast: 2,
  seconds: 34,
  async run(world) {
    const { stage, pooler, by } = await pooled(world, 'session')
    await stage.start({ where: by })
    await stage.pauseAbout(1_500)
    await breakPooler(stage, pooler)
    await stage.pauseAbout(1_500)
    await stage.killAndReplace(world.random.pick(stage.workers))
    await stage.pauseAbout(1_000)
    return stage.settle()
  },
}

/** Producers go through it, in transactions that they lend; workers have direct connections. */
export const poolerTransaction: Fault = {
  name: 'pooler-transaction',
  on: 'server',
  needs: 'pooler',
  atLeast: 2,
  seconds: 12,
  async run(world) {
    const { stage, pooler, by, direct } = await pooled(world, 'transaction')
    await stage.start({ producers: 0, where: direct })
    await stage.start({ workers: 0, both: 0, where: by, isForeign: true })
    for (let n = 0; n < 2; n++) {
      await stage.pauseAbout(2_500)
      await breakPooler(stage, pooler)
    }
    await stage.pauseAbout(2_000)
    return stage.settle()
  },
}
