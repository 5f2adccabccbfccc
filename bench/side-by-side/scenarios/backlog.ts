import { PLAIN, type Filling, type Session, type Store } from '../contender.js'
import { cutNote, drain, enqueueInBulk, type Drained } from '../measure.js'
import { IncorrectError } from '../tally.js'
import { jobsFor, rate, timeFor, type Cell, type Measured, type Scenario } from '../scenario.js'

const GROUP = 'Running jobs beside many others'
const CONCURRENCY = 100
/** Of a cell's jobs. */
const SHARE = 0.5

interface Beside {
  readonly state: Filling | 'blocked'
  readonly count: number
}

const beside = (name: string, says: string, beside: Beside): Scenario => ({
  name,
  group: GROUP,
  says,
  figures: [rate(name), rate(`${name}-empty`)],
  isFullOnly: true,
  mostRounds: 3,
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

/** First from an empty start, in the same way: as many jobs, and the clock stops after as many. */
async function drainBeside(cell: Cell, name: string, { state, count }: Beside): Promise<Measured> {
  const { store } = cell
  const session = await store.session(PLAIN)
  try {
    const alone = await drainSome(cell, session, 0)
    await store.reset()
    await fill({ store, session }, { state, count })
    const beside = await drainSome(cell, session, state === 'waiting' ? count : 0)
    // The one that runs ends with the workers.
    const unblocked = (await session.unblocked?.()) ?? 0
    if (unblocked > 1) throw new IncorrectError(`${unblocked} of those behind a key ran, and none was to`)
    return {
      figures: { [name]: beside.perSecond, [`${name}-empty`]: alone.perSecond },
      ...cutNote(beside, jobsFor(cell, SHARE)),
    }
  } finally {
    await session.close()
  }
}

async function fill(
  { store, session }: { store: Store; session: Session },
  { state, count }: Beside,
): Promise<void> {
  if (state !== 'blocked' && store.fill) await store.fill(state, count)
  else if (state === 'blocked' && session.block) await session.block(count)
  else throw new Error(`it has no way to put in ${count} that are ${state}`)
}

/** The first half of them; `waiting`: how many there are already. */
async function drainSome(cell: Cell, session: Session, waiting: number): Promise<Drained> {
  const enough = jobsFor(cell, SHARE)
  const count = waiting || 2 * enough
  if (waiting === 0) await enqueueInBulk(session, count)
  const isKept = cell.contender.keepsFinished
  return drain(session, { concurrency: CONCURRENCY, count, enough, isKept, forMs: timeFor(cell) })
}
