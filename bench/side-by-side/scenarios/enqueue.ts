import { PLAIN, type Session } from '../contender.js'
import { drain, enqueueInBulk } from '../measure.js'
import { jobsFor, rate, timeFor, type Cell, type Measured, type Scenario } from '../scenario.js'
import { IncorrectError } from '../tally.js'

const GROUP = 'Putting jobs in'

/** Callers that each wait for the answer before they ask again. */
const callers = (name: string, count: number, says: string): Scenario => ({
  name,
  group: GROUP,
  says,
  figures: [rate(name)],
  warmsUp: true,
  run: (cell) => timed(cell, name, (session) => enqueueFor(session, count, cell.effort.secondsPerCell * 500)),
})

export const enqueueScenarios: readonly Scenario[] = [
  callers('enqueue-serial', 1, 'one caller, who waits for each answer'),
  callers('enqueue-200', 200, '200 callers at once, who each wait for their answer'),
  {
    name: 'enqueue-bulk',
    group: GROUP,
    says: 'two callers, a thousand jobs a call',
    figures: [rate('enqueue-bulk')],
    warmsUp: true,
    run: (cell) => timed(cell, 'enqueue-bulk', (session) => bulk(cell, session)),
  },
]

/** That they are the ones asked for, each once, and not only as many: in one round, for it takes longer than the cell itself. */
async function verifyByRunning(cell: Cell, session: Session, count: number): Promise<void> {
  const isKept = cell.contender.keepsFinished
  await drain(session, { concurrency: 10, count, isKept, forMs: timeFor(cell) / 3 })
}

interface Enqueued {
  readonly count: number
  readonly tookMs: number
}

async function timed(
  cell: Cell,
  name: string,
  work: (session: Session) => Promise<Enqueued>,
): Promise<Measured> {
  const session = await cell.store.session(PLAIN)
  try {
    const { count, tookMs } = await work(session)
    const there = await session.unfinished()
    if (there !== count) throw new IncorrectError(`${count} jobs were acknowledged, and ${there} are there`)
    if (!cell.isWarmUp && cell.past.length === 0) await verifyByRunning(cell, session, count)
    return { figures: { [name]: (count / tookMs) * 1_000 } }
  } finally {
    await session.close()
  }
}

async function enqueueFor(session: Session, callers: number, forMs: number): Promise<Enqueued> {
  await session.enqueue(0) // connections are made beforehand
  const startedMs = performance.now()
  let n = 1
  const caller = async () => {
    while (performance.now() - startedMs < forMs) await session.enqueue(n++)
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return { count: n, tookMs: performance.now() - startedMs }
}

async function bulk(cell: Cell, session: Session): Promise<Enqueued> {
  const count = jobsFor(cell)
  const startedMs = performance.now()
  await enqueueInBulk(session, count)
  return { count, tookMs: performance.now() - startedMs }
}
