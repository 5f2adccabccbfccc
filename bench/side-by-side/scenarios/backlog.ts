import { PLAIN, type Filling } from '../contender.js'
import { drain, enqueueInBulk } from '../measure.js'
import { rate, type Cell, type Measured, type Scenario } from '../scenario.js'

const GROUP = 'Running jobs beside many others'
const CONCURRENCY = 100

interface Beside {
  readonly state: Filling | 'blocked'
  readonly count: number
}

const beside = (name: string, says: string, beside: Beside): Scenario => ({
  name,
  group: GROUP,
  says,
  figures: [rate(name)],
  isFullOnly: true,
  mostRounds: 2,
  run: (cell) => drainBeside(cell, name, beside),
})

export const backlogScenarios: readonly Scenario[] = [
  beside('drain-million-waiting', 'the first of a million that wait', { state: 'waiting', count: 1_000_000 }),
  beside('drain-million-scheduled', 'beside a million that are due tomorrow', {
    state: 'scheduled',
    count: 1_000_000,
  }),
  beside('drain-blocked-key', 'beside 100,000 behind a key of which one may run and is running', {
    state: 'blocked',
    count: 100_000,
  }),
  beside('drain-two-million-finished', 'beside two million finished ones that are kept', {
    state: 'finished',
    count: 2_000_000,
  }),
]

async function drainBeside(cell: Cell, name: string, { state, count }: Beside): Promise<Measured> {
  const { store, effort } = cell
  const session = await store.session(PLAIN)
  try {
    if (state === 'blocked') await session.block?.(count)
    else await store.fill?.(state, count)
    if (state === 'waiting') return await drainPart(cell, name, count)
    const due = Math.round(effort.secondsPerCell * 15_000)
    await enqueueInBulk(session, due)
    const { perSecond, handled } = await drain(session, {
      concurrency: CONCURRENCY,
      count: due,
      isKept: cell.contender.keepsFinished,
    })
    return { figures: { [name]: perSecond }, ...noteOf(handled, due) }
  } finally {
    await session.close()
  }
}

/** As much of them as fits into the time. */
async function drainPart(cell: Cell, name: string, count: number): Promise<Measured> {
  const session = await cell.store.session(PLAIN)
  const forMs = cell.effort.secondsPerCell * 1_500
  const options = { concurrency: CONCURRENCY, count, forMs, isKept: cell.contender.keepsFinished }
  const { perSecond } = await drain(session, options)
  return { figures: { [name]: perSecond } }
}

function noteOf(handled: number, of: number): { note?: string } {
  return handled === of ? {} : { note: `${handled} of ${of} jobs in the time of a cell` }
}
