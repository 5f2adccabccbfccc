import { cp, rm } from 'node:fs/promises'
import path from 'node:path'

import { openEmbedded } from '../../../../src/database/index.js'
import { catchOne, hasJobsInHand } from '../catch-one.js'
import type { Child } from '../child.js'
import type { Fault } from '../fault.js'
import type { Look, Stage } from '../stage.js'
import type { World } from '../world.js'

/** Before the one that comes during a start. */
const KILLS = 2

/** The one process of an embedded database is killed while it works, once while it starts, and started again. */
export const embeddedKill: Fault = {
  name: 'embedded-kill',
  on: 'embedded',
  atLeast: KILLS + 1,
  reruns: 'some',
  mayGiveUp: true,
  seconds: 45,
  async run(world) {
    const folder = path.join(world.folder, 'database')
    world.undo(() => rm(folder, { recursive: true, force: true }))
    await cp(world.ground.embedded, folder, { recursive: true })
    const stage: Stage = await world.open({
      where: folder,
      look: looksInto(folder, world, () => stage.workers),
    })
    for (let n = 0; n < KILLS; n++) {
      const child = stage.add('both', { pauseMs: 30 })
      await stage.until(async () => stage.workedBy(child).length > 0 || undefined)
      await stage.pauseAbout(2_000)
      await kill(stage, await catchOne(stage, [child], hasJobsInHand))
    }
    await killAtItsStart(stage)
    const last = stage.add('both')
    await last.started
    await stage.pauseAbout(1_000)
    await stage.quieten()
    await stage.stop(last)
    return stage.gather()
  },
}

async function killAtItsStart(stage: Stage): Promise<void> {
  const child = stage.add('both')
  await Promise.race([child.started, stage.pauseAbout(1_200)])
  await kill(stage, child)
}

async function kill(stage: Stage, child: Child): Promise<void> {
  stage.noteInjection({ of: child.name })
  await child.kill()
}

/** By way of the process that has it open, and without one by opening it. */
function looksInto(folder: string, world: World, owners: () => readonly Child[]): Look {
  let opening: ReturnType<typeof openEmbedded> | undefined
  world.undo(async () => (await opening)?.close())
  return async <Row>(sql: string, values: readonly unknown[] = []) => {
    const [owner] = owners()
    if (owner) return owner.order<Row[]>({ do: 'look', sql, values })
    opening ??= Promise.resolve(openEmbedded({ folder }))
    return (await opening).query<Row>(sql, [...values])
  }
}
