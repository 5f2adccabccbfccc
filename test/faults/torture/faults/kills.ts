import type { Child } from '../child.js'
import type { Evidence } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'

/** How often in a round. */
const KILLS = 3

const common = { on: 'server', atLeast: KILLS, seconds: 12 } as const

async function killing(
  stage: Stage,
  role: 'worker' | 'producer',
  choose: () => Promise<Child>,
): Promise<Evidence> {
  await stage.start({ workers: 2 })
  for (let n = 0; n < KILLS; n++) {
    await stage.pauseAbout(1_500)
    await stage.killAndReplace(role, await choose())
  }
  await stage.pauseAbout(500)
  return stage.settle()
}

export const workerKill: Fault = {
  ...common,
  name: 'worker-kill',
  async run(world) {
    const stage = await world.stage()
    return killing(stage, 'worker', async () => world.random.pick(stage.workers))
  },
}

export const producerKill: Fault = {
  ...common,
  name: 'producer-kill',
  async run(world) {
    const stage = await world.stage()
    return killing(stage, 'producer', async () => world.random.pick(stage.producers))
  },
}

export const leaderKill: Fault = {
  ...common,
  name: 'leader-kill',
  async run(world) {
    const stage = await world.stage()
    return killing(stage, 'worker', () => findLeader(stage))
  },
}

/** Waits until one of those that live leads. */
async function findLeader(stage: Stage): Promise<Child> {
  for (;;) {
    const [leader] = await stage.on.look<{ pid: number }>(LEADER)
    const child = stage.workers.find(({ pid }) => pid === leader?.pid)
    if (child) return child
    await stage.pause(50)
  }
}

const LEADER = 'SELECT pid FROM linehaul.worker JOIN linehaul.leader ON leader.worker_id = worker.id'
