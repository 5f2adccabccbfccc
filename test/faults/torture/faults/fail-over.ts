import path from 'node:path'

import { Wire } from '../../wire.js'
import type { Fault } from '../fault.js'
import type { Look } from '../stage.js'

/** The primary is killed, its synchronous standby takes over, and the address that the clients know leads there. */
export const failOver: Fault = {
  name: 'fail-over',
  on: 'server',
  atLeast: 1,
  seconds: 22,
  async run(world) {
    const primary = await world.cluster()
    const standby = await primary.standby(path.join(world.folder, 'standby'))
    world.undo(() => standby.remove())
    await primary.demandStandby(world.signal)
    let leads = primary
    const look: Look = (sql, values) => leads.query(sql, values, 'template')
    const { wire, url } = await Wire.to(primary.url('template'))
    world.undo(async () => wire.close())
    const stage = await world.open({ where: url, look })
    await stage.start()
    await stage.pauseAbout(3_000)
    stage.noteInjection()
    primary.kill()
    await standby.promote()
    leads = standby
    wire.follow(standby.url('template'))
    await stage.pauseAbout(2_000)
    return stage.settle()
  },
}
