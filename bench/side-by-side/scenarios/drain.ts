import { PLAIN, type SessionOptions } from '../contender.js'
import { cutNote, drain, enqueueInBulk } from '../measure.js'
import { jobsFor, rate, timeFor, type Cell, type Measured, type Scenario } from '../scenario.js'

const GROUP = 'Running jobs that do nothing'

interface DrainKind {
  readonly concurrency: 1 | 10 | 100
  readonly session?: Partial<SessionOptions>
}

/** The share of a cell's jobs, by how many run at once: peers are slow one by one. */
const SHARES = { 1: 1 / 12, 10: 1 / 6, 100: 1 }

const drains = (name: string, says: string, kind: DrainKind): Scenario => ({
  name,
  group: GROUP,
  says,
  figures: [rate(name)],
  warmsUp: true,
  run: (cell) => runDrain(cell, name, kind),
})

const nothingKept = (name: string, says: string, concurrency: 1 | 10 | 100): Scenario =>
  drains(name, says, { concurrency, session: { keep: 'nothing' } })

export const drainScenarios: readonly Scenario[] = [
  drains('drain-1', 'one at a time, everything kept', { concurrency: 1 }),
  drains('drain-10', 'ten at once, everything kept', { concurrency: 10 }),
  drains('drain-100', 'a hundred at once, everything kept', { concurrency: 100 }),
  {
    ...drains('drain-100-tenants', 'the same, of 100 tenants', {
      concurrency: 100,
      session: { tenantOf: (n) => `t${n % 100}` },
    }),
    only: {
      contenders: ['linehaul-postgres', 'linehaul-embedded', 'raw-sql'],
      because: 'it knows no tenants to be fair to',
    },
  },
  {
    ...nothingKept('drain-1-nothing-kept', 'one at a time, nothing kept', 1),
    isFullOnly: true,
    mostRounds: 3,
  },
  {
    ...nothingKept('drain-10-nothing-kept', 'ten at once, nothing kept', 10),
    isFullOnly: true,
    mostRounds: 3,
  },
  nothingKept('drain-100-nothing-kept', 'a hundred at once, nothing kept', 100),
]

async function runDrain(
  cell: Cell,
  name: string,
  { concurrency, session: own }: DrainKind,
): Promise<Measured> {
  const options = { ...PLAIN, ...own }
  const session = await cell.store.session(options)
  try {
    const count = jobsFor(cell, SHARES[concurrency])
    await enqueueInBulk(session, count)
    const isKept = options.keep === 'everything' && cell.contender.keepsFinished
    const drained = await drain(session, { concurrency, count, isKept, forMs: timeFor(cell) })
    return { figures: { [name]: drained.perSecond }, ...cutNote(drained, count) }
  } finally {
    await session.close()
  }
}
