import { LEASE_MS, type Depth } from '../../queue/index.js'
import { MOST, type WorkerFacts } from '../store/job-facts.js'
import type { JobFacts } from './facts.js'
import { alarm, fine, warn, type Finding } from './finding.js'
import { jobsInWords, spanInWords } from './in-words.js'

const isAlive = ({ silentMs }: WorkerFacts) => silentMs <= LEASE_MS

export function judgeWorkers({ workers }: Pick<JobFacts, 'workers'>): Finding {
  const alive = workers.filter(isAlive)
  if (alive.length === 0)
    return warn(
      'workers',
      'No worker lives, so no job runs.',
      'Start one with `linehaul serve` or `linehaul work`.',
    )
  const hosts = new Set(alive.map(({ host }) => host)).size
  return fine(
    'workers',
    `${alive.length} live ${alive.length === 1 ? 'worker' : 'workers'} on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}.`,
  )
}

export function judgeLeader({ workers, leaderSilentMs }: JobFacts): Finding | undefined {
  if (!workers.some(isAlive)) return undefined
  if (leaderSilentMs !== undefined && leaderSilentMs <= 2 * LEASE_MS)
    return fine('leader', 'One process leads.')
  return alarm(
    'leader',
    'Workers live, but none of them leads: nothing that is due later comes into line, and no lost job is found.',
    'Look into the log of a worker; if it says nothing, start the workers again.',
  )
}

/** Shorter queues of a moment are nothing to speak of. */
const WAITS_LONG_MS = 60_000

export function judgeQueues({ workers, depths }: JobFacts): readonly Finding[] {
  const served = new Set(workers.filter(isAlive).flatMap(({ queues }) => queues))
  const forsaken = [...longestOf(depths)].filter(
    ([queue, { oldestMs }]) => !served.has(queue) && oldestMs > WAITS_LONG_MS,
  )
  if (forsaken.length === 0) return [fine('queues', 'No job waits in a queue that nobody serves.')]
  return forsaken.map(([queue, { count, isCapped, oldestMs }]) =>
    alarm(
      'queues',
      `${jobsInWords(count, isCapped)} in the queue ${queue} ${count === 1 ? 'waits' : 'wait'}, the first for ${spanInWords(oldestMs)}, and no live worker serves it.`,
      `Start a worker for it: \`linehaul work --queues ${queue}\`, or \`linehaul work\` for all.`,
    ),
  )
}

interface Line {
  readonly count: number
  readonly isCapped: boolean
  readonly oldestMs: number
}

function longestOf(depths: readonly Depth[]): ReadonlyMap<string, Line> {
  const lines = new Map<string, Line>()
  for (const { queue, state, count, isCapped, oldestMs } of depths) {
    if (state !== 'waiting') continue
    const line = lines.get(queue)
    lines.set(queue, {
      count: count + (line?.count ?? 0),
      isCapped: isCapped || (line?.isCapped ?? false),
      oldestMs: Math.max(oldestMs ?? 0, line?.oldestMs ?? 0),
    })
  }
  return lines
}

export function judgeOrphans({ workers, orphans }: JobFacts): Finding {
  const what = `${inAll(orphans)} said to run on workers that are silent.`
  if (orphans === 0) return fine('leases', 'Every running job has a live worker.')
  if (!workers.some(isAlive)) return warn('leases', what, 'They run again once a worker is started.')
  return alarm('leases', what, 'The leader should have found them. Look into its log, and start it again.')
}

/** For how long a job may be held, or wait for one that is no more, until it is worth a word. */
export const HELD_LONG_MS = 3_600_000
export const FORSAKEN_LONG_MS = 600_000

export function judgeHeld({ held }: Pick<JobFacts, 'held'>): Finding {
  if (held === 0) return fine('held', 'No job has been held for an hour.')
  return warn(
    'held',
    `${inAll(held)} held for more than an hour: a limit is full, or what they belong to is paused or unknown.`,
    'List them with `linehaul jobs list --state held`, and ask why with `linehaul jobs explain <id>`.',
  )
}

export function judgeForsaken({ forsaken }: Pick<JobFacts, 'forsaken'>): Finding {
  if (forsaken === 0) return fine('flows', 'No job waits for one that is gone.')
  return alarm(
    'flows',
    `${inAll(forsaken)} blocked by jobs that are gone.`,
    'List them with `linehaul jobs list --state blocked`; cancel them, or put them in again.',
  )
}

function inAll(count: number): string {
  return `${jobsInWords(count, count >= MOST)} ${count === 1 ? 'is' : 'are'}`
}

/** Fewer than these in an hour are no growth. */
const FEW_DEAD = 10

export function judgeDead({ dead: { lastHour, lastDay, total } }: Pick<JobFacts, 'dead'>): Finding {
  const all = `${jobsInWords(total, total >= 10 * MOST)} ${total === 1 ? 'is' : 'are'} dead`
  const what = `${jobsInWords(lastHour)} died in the last hour, ${lastDay} in the last day; ${all}.`
  const usual = (lastDay - lastHour) / 23
  if (lastHour < FEW_DEAD || lastHour <= 3 * usual) return fine('dead', what)
  return warn(
    'dead',
    what,
    'List them with `linehaul dead list`, mend the cause, then replay them with `linehaul dead replay`.',
  )
}

/** A tick is made within a second; what is later than this was not made at all. */
export const LATE_MS = 60_000

export function judgeSchedules(facts: JobFacts): readonly Finding[] {
  const { stops, late, workers } = facts
  const stopped = stops.map(({ tenantId, by, at }) =>
    warn(
      'scheduler',
      `The scheduler of ${tenantId === '' ? 'all tenants' : `the tenant ${tenantId}`} was stopped by ${by} at ${at.toISOString()}: no schedule ticks.`,
      'Start it again with POST /api/v1/scheduler/start.',
    ),
  )
  const isStopped = (id: string) => stops.some(({ tenantId }) => tenantId === '' || tenantId === id)
  const [worst, ...others] = late.filter(({ tenantId }) => !isStopped(tenantId))
  if (!worst) return stopped.length > 0 ? stopped : [fine('scheduler', 'No schedule is late.')]
  const what = `${worst.schedule} of the tenant ${worst.tenantId} is ${spanInWords(worst.lateMs)} late${others.length > 0 ? `, and ${others.length} more ${others.length === 1 ? 'schedule is' : 'schedules are'}` : ''}.`
  return [...stopped, warn('scheduler', what, adviceForLate(workers))]
}

function adviceForLate(workers: readonly WorkerFacts[]): string {
  return workers.some((worker) => isAlive(worker) && worker.ticks)
    ? 'Look into the log of the leader; a definition that no process knows ticks nowhere.'
    : 'No live process makes ticks: start one that has ENABLE_SCHEDULER not set to false.'
}
