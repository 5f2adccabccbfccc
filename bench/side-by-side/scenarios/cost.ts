import { PLAIN } from '../contender.js'
import { drain, enqueueInBulk, pause } from '../measure.js'
import { CELL_LIMIT_MS, type Cell, type FigureKind, type Measured, type Scenario } from '../scenario.js'
import { IncorrectError } from '../tally.js'

const GROUP = 'What a job costs'
const RUNNING = 1_000

const bytes = (name: string): FigureKind => ({ name, unit: 'bytes/job', better: 'less' })

export const costScenarios: readonly Scenario[] = [
  {
    name: 'memory',
    group: GROUP,
    says: `what the store holds for each job that waits (disk for PostgreSQL, memory for Redis), and what a process holds for each of ${RUNNING} that run`,
    figures: [bytes('memory-waiting'), bytes('memory-running')],
    isFullOnly: true,
    mostRounds: 3,
    run: runMemory,
  },
  {
    name: 'wal-bytes',
    group: GROUP,
    says: 'what is written to the log that makes it durable, from the enqueue in bulk to the end of the job',
    figures: [bytes('wal-bytes')],
    isFullOnly: true,
    mostRounds: 3,
    run: runLog,
  },
]

async function runMemory(cell: Cell): Promise<Measured> {
  const { store, place } = cell
  const session = await store.session(PLAIN)
  try {
    const count = 50 * RUNNING
    const before = await place.size()
    await enqueueInBulk(session, count)
    if ((await session.unfinished()) !== count) throw new IncorrectError(`not all of the ${count} jobs wait`)
    const waiting = ((await place.size()) - before) / count
    await store.reset()
    return { figures: { 'memory-waiting': waiting, 'memory-running': await runningBytes(cell) } }
  } finally {
    await session.close()
  }
}

/** In a process of its own, whose memory nobody else uses. */
async function runningBytes({ store, spawn }: Cell): Promise<number> {
  const helper = await spawn()
  const session = await store.session(PLAIN)
  try {
    let began = 0
    helper.onTell((what) => (began += what === 'began' ? 1 : 0))
    await helper.ask('hold', RUNNING)
    const before = await helper.ask<number>('memory')
    await enqueueInBulk(session, RUNNING)
    const untilMs = performance.now() + CELL_LIMIT_MS
    while (began < RUNNING && performance.now() < untilMs) await pause(20)
    if (began < RUNNING) throw new IncorrectError(`${began} of ${RUNNING} jobs ran at once`)
    return ((await helper.ask<number>('memory')) - before) / RUNNING
  } finally {
    await helper.kill()
    await session.close()
  }
}

async function runLog({ store, place, effort, contender }: Cell): Promise<Measured> {
  const session = await store.session(PLAIN)
  try {
    const count = Math.round(effort.jobsPerCell / 12)
    const before = await place.logged()
    if (before === undefined) throw new Error('it writes no log')
    await enqueueInBulk(session, count)
    const drained = await drain(session, { concurrency: 100, count, isKept: contender.keepsFinished })
    if (!drained.isWhole) throw new Error('its jobs did not end in the time of a cell')
    return { figures: { 'wal-bytes': (((await place.logged()) ?? 0) - before) / count } }
  } finally {
    await session.close()
  }
}
