import { cp } from 'node:fs/promises'
import path from 'node:path'

import { openEmbedded } from '../../../../src/database/index.js'
import type { Fault } from '../fault.js'
import type { Look } from '../stage.js'
import type { World } from '../world.js'

const KILLS = 3

/** The one process of an embedded database is killed at any moment, and started again. */
export const embeddedKill: Fault = {
  name: 'embedded-kill',
  on: 'embedded',
  atLeast: KILLS,
  seconds: 45,
  async run(world) {
    const folder = path.join(world.folder, 'database')
    await cp(world.ground.embedded, folder, { recursive: true })
    const stage = await world.open({ where: folder, look: looksInto(folder, world) })
    for (let n = 0; n < KILLS; n++) {
      const child = stage.add('embedded', { pauseMs: 30 })
      await child.started
      await stage.pauseAbout(2_000)
      stage.noteInjection()
      await child.kill()
    }
    const last = stage.add('embedded')
    await last.started
    await stage.pauseAbout(1_000)
    await stage.stop(last) // it ends when nothing is left to do
    return stage.gather()
  },
}

/** Once every other process has let go of it. */
function looksInto(folder: string, world: World): Look {
  let opening: ReturnType<typeof openEmbedded> | undefined
  return async (sql, values = []) => {
    opening ??= openEmbedded({ folder })
    const database = await opening
    world.undo(() => database.close())
    return database.query(sql, values)
  }
}
