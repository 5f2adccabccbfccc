import pg from 'pg'

import { PLAIN } from '../contender.js'
import { drain, enqueueInBulk, pause } from '../measure.js'
import { CELL_LIMIT_MS, rate, type Cell, type Measured, type Scenario } from '../scenario.js'
import { IncorrectError, Tally } from '../tally.js'

const GROUP = 'When something is wrong'
/** With three contenders in turn and 20 s each: ten minutes. */
const BLOCKS = 10
const KILLED_WITH = 10

export const troubleScenarios: readonly Scenario[] = [
  {
    name: 'held-xmin',
    group: GROUP,
    says: 'beside a transaction that holds back vacuum, block after block: the rate, and what is left of it in the last block',
    figures: [rate('held-xmin'), { name: 'held-xmin-left', unit: 'of the start', better: 'more' }],
    isFullOnly: true,
    blocks: BLOCKS,
    only: {
      contenders: ['linehaul-postgres', 'raw-sql', 'graphile-worker-tuned'],
      because: 'only the fastest ones on PostgreSQL leave enough behind in ten minutes',
    },
    run: runBlock,
    end: releaseAll,
  },
  {
    name: 'kill-rerun',
    group: GROUP,
    says: 'from kill -9 of the process that runs a job to its start in another',
    figures: [{ name: 'kill-rerun', unit: 's', better: 'less' }],
    isFullOnly: true,
    run: runKill,
  },
]

/** What holds back vacuum, by the place that it is in. */
const held = new Map<string, pg.Client>()

async function hold(url: string): Promise<void> {
  if (held.has(url)) return
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined) // its database is dropped
  await client.connect()
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await client.query('SELECT txid_current()')
  held.set(url, client)
}

async function releaseAll(): Promise<void> {
  const clients = [...held.values()]
  held.clear()
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)))
}

async function runBlock(cell: Cell): Promise<Measured> {
  const { store, place, effort, contender, past } = cell
  await hold(place.url)
  const session = await store.session(PLAIN)
  const forMs = Math.min(CELL_LIMIT_MS, effort.secondsPerCell * 8_000)
  const untilMs = performance.now() + forMs
  const rates: number[] = []
  const count = Math.max(1_000, Math.round((past.at(-1)?.['held-xmin'] ?? 4_000) / 2))
  while (performance.now() < untilMs) {
    await enqueueInBulk(session, count)
    rates.push((await drain(session, { concurrency: 100, count, isKept: contender.keepsFinished })).perSecond)
  }
  await session.close()
  const rateNow = rates.length / rates.reduce((sum, one) => sum + 1 / one, 0)
  const first = past[0]?.['held-xmin']
  const isLast = past.length === BLOCKS - 1
  return {
    figures: { 'held-xmin': rateNow, ...(isLast && first && { 'held-xmin-left': rateNow / first }) },
  }
}

async function runKill({ store, spawn }: Cell): Promise<Measured> {
  const helper = await spawn('worker')
  const session = await store.session(PLAIN)
  let began = 0
  helper.onTell((what) => (began += what === 'began' ? 1 : 0))
  await helper.ask('hold', KILLED_WITH)
  await enqueueInBulk(session, KILLED_WITH)
  while (began < KILLED_WITH) await pause(5)
  const tally = new Tally(KILLED_WITH)
  let firstMs: number | undefined
  const stop = await session.work(KILLED_WITH, (n) => {
    firstMs ??= performance.now()
    tally.add(n)
  })
  try {
    await pause(2_000) // a heartbeat or two of both
    const killedMs = performance.now()
    await helper.kill()
    while (!tally.isWhole && performance.now() - killedMs < CELL_LIMIT_MS) await pause(5)
    const fault = tally.faultOf()
    if (fault) throw new IncorrectError(fault)
    return { figures: { 'kill-rerun': ((firstMs as number) - killedMs) / 1_000 } }
  } finally {
    await stop()
    await session.close()
  }
}
