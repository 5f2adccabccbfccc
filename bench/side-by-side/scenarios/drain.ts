import { PLAIN, type SessionOptions } from '../contender.js'
import { drain, enqueueInBulk } from '../measure.js'
import { rate, type Cell, type Measured, type Scenario } from '../scenario.js'

const GROUP = 'Running jobs that do nothing'

interface DrainKind {
  readonly concurrency: number
  readonly session?: Partial<SessionOptions>
}

const drains = (name: string, says: string, kind: DrainKind): Scenario => ({
  name,
  group: GROUP,
  says,
  figures: [rate(name)],
  isPaced: true,
  run: (cell) => runDrain(cell, name, kind),
})

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
  drains('drain-100-nothing-kept', 'a hundred at once, nothing kept', {
    concurrency: 100,
    session: { keep: 'nothing' },
  }),
]

async function runDrain(cell: Cell, name: string, kind: DrainKind): Promise<Measured> {
  const options = { ...PLAIN, ...kind.session }
  const session = await cell.store.session(options)
  try {
    const count = countFor(cell, kind.concurrency >= 100 ? 2 : 1)
    await enqueueInBulk(session, count)
    const isKept = options.keep === 'everything' && cell.contender.keepsFinished
    const { perSecond, handled, isWhole, pace } = await drain(session, { ...kind, count, isKept })
    return {
      figures: { [name]: perSecond },
      pace,
      ...(!isWhole && { note: `${handled} of ${count} jobs in the time of a cell` }),
    }
  } finally {
    await session.close()
  }
}

/** As many as fill so many times the time of a cell; how long a start takes is no part of the pace. */
export function countFor({ pace, effort }: Cell, times: number): number {
  if (pace === undefined) return 1_000
  return Math.min(400_000, Math.max(500, Math.round(pace * effort.secondsPerCell * times)))
}
