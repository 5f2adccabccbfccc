import { and, catchOne, hasJobsInHand, isAmong, type IsRipe } from '../catch-one.js'
import { CONCURRENCY } from '../child-setup.js'
import { FAST, type Crew } from '../crew.js'
import type { Evidence } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { World } from '../world.js'

/** How often in a round. */
const KILLS = 3

const common = { on: 'server', atLeast: KILLS, seconds: 12 } as const
const ofWorkers = { ...common, reruns: 'some', mayGiveUp: true } as const

const LEADER = 'SELECT pid FROM linehaul.worker JOIN linehaul.leader ON leader.worker_id = worker.id'

const CLAIMED_AHEAD = `
SELECT pid FROM linehaul.worker JOIN linehaul.job ON job.worker_id = worker.id AND state = 'running'
GROUP BY pid HAVING count(*) > ${2 * CONCURRENCY}`

const HANDED_OVER = `
SELECT DISTINCT pid FROM linehaul.worker JOIN linehaul.job ON job.worker_id = worker.id AND state = 'running'
WHERE claimed_at = job.created_at`

async function killing(world: World, isRipe: IsRipe, crew: Partial<Crew> = {}): Promise<Evidence> {
  const stage = await world.stage()
  await stage.start(crew)
  for (let n = 0; n < KILLS; n++) {
    await stage.pauseAbout(1_500)
    await stage.killAndReplace(await catchOne(stage, stage.workers, isRipe))
  }
  await stage.pauseAbout(500)
  return stage.settle()
}

export const workerKill: Fault = {
  ...ofWorkers,
  name: 'worker-kill',
  run: (world) => killing(world, hasJobsInHand),
}

export const leaderKill: Fault = {
  ...ofWorkers,
  name: 'leader-kill',
  run: (world) => killing(world, and(isAmong(LEADER), hasJobsInHand)),
}

/** Of a worker that holds jobs beyond its slots. */
export const aheadKill: Fault = {
  ...{ ...common, mayGiveUp: true },
  name: 'ahead-kill',
  run: (world) => killing(world, isAmong(CLAIMED_AHEAD), FAST),
}

/** Of a process that runs jobs which it has put in as running. */
export const handOverKill: Fault = {
  ...ofWorkers,
  name: 'hand-over-kill',
  run: (world) =>
    killing(world, and(isAmong(HANDED_OVER), hasJobsInHand), { workers: 0, both: 2, producers: 0 }),
}

export const producerKill: Fault = {
  ...common,
  name: 'producer-kill',
  async run(world) {
    const stage = await world.stage()
    await stage.start()
    for (let n = 0; n < KILLS; n++) {
      await stage.pauseAbout(1_500)
      await stage.killAndReplace(world.random.pick(stage.producers))
    }
    await stage.pauseAbout(500)
    return stage.settle()
  },
}
