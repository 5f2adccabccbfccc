import pg from 'pg'

import { PLAIN, type Session } from '../contender.js'
import { drain, enqueueInBulk, pause, until, verify } from '../measure.js'
import { CELL_LIMIT_MS, rate, type Cell, type Helper, type Measured, type Scenario } from '../scenario.js'
import { Tally } from '../tally.js'

const GROUP = 'When something is wrong'
/** With three contenders in turn and 20 s each, which a full run gives them: ten minutes. */
const BLOCKS = 10
/** Put in and run again and again, for as long as a block lasts. */
const AT_A_TIME = 10_000
const KILLED_WITH = 10

export const troubleScenarios: readonly Scenario[] = [
  {
    name: 'held-xmin',
    group: GROUP,
    says: 'ten minutes (in a quick run two and a half) beside a transaction that holds back vacuum, in ten blocks each in turn: the rate, and what is left of it in the last block',
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
  try {
    const untilMs = performance.now() + Math.min(CELL_LIMIT_MS, effort.secondsPerCell * 10_000)
    const rates: number[] = []
    while (performance.now() < untilMs) {
      await enqueueInBulk(session, AT_A_TIME)
      const options = { concurrency: 100, count: AT_A_TIME, isKept: contender.keepsFinished }
      rates.push((await drain(session, options)).perSecond)
    }
    return { figures: blockFigures(rates.length / rates.reduce((sum, one) => sum + 1 / one, 0), past) }
  } finally {
    await session.close()
  }
}

function blockFigures(perSecond: number, past: Cell['past']): Measured['figures'] {
  const first = past[0]?.['held-xmin']
  const isLast = past.length === BLOCKS - 1
  return { 'held-xmin': perSecond, ...(isLast && first && { 'held-xmin-left': perSecond / first }) }
}

async function runKill({ store, spawn, contender }: Cell): Promise<Measured> {
  const helper = await spawn()
  const session = await store.session(PLAIN)
  const tally = new Tally(KILLED_WITH)
  let stop = async (): Promise<void> => undefined
  try {
    await beginIn(helper, session)
    let firstMs = Infinity
    stop = await session.work(KILLED_WITH, (n) => {
      firstMs = Math.min(firstMs, performance.now())
      tally.add(n)
    })
    await pause(2_000) // a heartbeat or two of both
    const killedMs = performance.now()
    await helper.kill()
    await until(() => tally.isWhole, 'a re-run of each job')
    await stop()
    await verify(session, tally, { isKept: contender.keepsFinished })
    return { figures: { 'kill-rerun': (firstMs - killedMs) / 1_000 } }
  } finally {
    await helper.kill()
    await stop()
    await session.close()
  }
}

/** Resolves once every job runs in the helper, where it never ends. */
async function beginIn(helper: Helper, session: Session): Promise<void> {
  let began = 0
  helper.onTell((what) => (began += what === 'began' ? 1 : 0))
  await helper.ask('hold', KILLED_WITH)
  await enqueueInBulk(session, KILLED_WITH)
  await until(() => began === KILLED_WITH, 'a beginning of each job')
}
