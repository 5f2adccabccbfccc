import { PLAIN, type Session } from '../contender.js'
import { quantileOf } from '../figures.js'
import { pause, until, verifyEnds } from '../measure.js'
import { CELL_LIMIT_MS, type Cell, type FigureKind, type Measured, type Scenario } from '../scenario.js'
import { sharedNowMs } from '../shared-clock.js'
import { IncorrectError } from '../tally.js'

const GROUP = 'Picking a job up when nothing else is there'
const CONCURRENCY = 10
const WARM_UP_SAMPLES = 120

const latency = (name: string): FigureKind => ({ name, unit: 'ms', better: 'less' })

const pickup = (name: string, says: string, measure: (cell: Cell, session: Session) => Promise<Waits>) => ({
  name,
  group: GROUP,
  says,
  figures: [latency(name), latency(`${name}-p99`), latency(`${name}-max`)],
  warmsUp: true,
  run: (cell: Cell) => timed(cell, name, measure),
})

export const pickupScenarios: readonly Scenario[] = [
  pickup('pickup-same', 'from the call of enqueue to the start of the handler, in one process', inOneProcess),
  pickup('pickup-other', 'the same, enqueued by another process', fromAnother),
]

/** From each call to the start of its handler, in ms. */
type Waits = readonly number[]

async function timed(
  cell: Cell,
  name: string,
  measure: (cell: Cell, session: Session) => Promise<Waits>,
): Promise<Measured> {
  const session = await cell.store.session(PLAIN)
  try {
    const waits = await measure(cell, session)
    const [p50, p99, max] = [quantileOf(waits, 0.5), quantileOf(waits, 0.99), Math.max(...waits)]
    return { figures: { [name]: p50, [`${name}-p99`]: p99, [`${name}-max`]: max } }
  } finally {
    await session.close()
  }
}

/** One after the other, each after a short rest of a length that fits no interval. */
export async function enqueueSpaced(
  session: Session,
  { from, count, forMs }: { from: number; count: number; forMs: number },
): Promise<number[]> {
  const calledAt: number[] = []
  const untilMs = sharedNowMs() + forMs
  for (let i = 0; i < count && sharedNowMs() < untilMs; i++) {
    await pause(4 + ((i * 7) % 11))
    calledAt.push(sharedNowMs())
    await session.enqueue(from + i)
  }
  return calledAt
}

async function inOneProcess(cell: Cell, session: Session): Promise<Waits> {
  return withHandlers(session, cell, (options) => enqueueSpaced(session, options))
}

async function fromAnother(cell: Cell, session: Session): Promise<Waits> {
  const helper = await cell.spawn()
  try {
    return await withHandlers(session, cell, (options) => helper.ask<number[]>('enqueue-spaced', options))
  } finally {
    await helper.end()
  }
}

async function withHandlers(
  session: Session,
  { effort, contender, isWarmUp }: Cell,
  enqueue: (options: { from: number; count: number; forMs: number }) => Promise<readonly number[]>,
): Promise<Waits> {
  const count = isWarmUp ? Math.min(effort.samples, WARM_UP_SAMPLES) : effort.samples
  const startedAt: number[] = []
  const doubled = new Set<number>()
  const stop = await session.work(CONCURRENCY, (n) => {
    if (startedAt[n]) doubled.add(n)
    startedAt[n] = sharedNowMs()
  })
  try {
    await enqueue({ from: count, count: 1, forMs: 1_000 }) // connections are made beforehand
    const calledAt = await enqueue({ from: 0, count, forMs: CELL_LIMIT_MS })
    const ran = () => Object.keys(startedAt).length
    await until(() => ran() > calledAt.length, `a start of each of ${calledAt.length + 1} jobs`)
    await stop()
    if (doubled.size > 0) throw new IncorrectError(`job ${[...doubled][0]} ran more than once`)
    await verifyEnds(session, ran(), contender.keepsFinished)
    return calledAt.map((called, n) => (startedAt[n] as number) - called)
  } finally {
    await stop()
  }
}
