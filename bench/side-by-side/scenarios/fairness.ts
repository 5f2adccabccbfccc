import { PLAIN, type Session } from '../contender.js'
import { drain, enqueueInBulk, numbers, pause, until, verify } from '../measure.js'
import { CELL_LIMIT_MS, jobsFor, rate, type Cell, type Measured, type Scenario } from '../scenario.js'
import { IncorrectError, Tally } from '../tally.js'

const GROUP = 'Fairness'
const CONCURRENCY = 100
const SMALL_TENANTS = 99
const JOBS_EACH = 10
/** A peer's queues are worked by a worker each, of a concurrency of its own, and none of them knows tenants. */
const alone =
  'each of its queues needs a worker of its own, and a hundred at once of all together cannot be set'
const only = {
  contenders: ['linehaul-postgres', 'linehaul-embedded'],
  because: 'it has neither tenants nor weights to be fair to',
}
const WEIGHTS: Readonly<Record<string, number>> = { gold: 6, silver: 2, bronze: 1, default: 1 }

export const fairnessScenarios: readonly Scenario[] = [
  {
    name: 'greedy-tenant',
    group: GROUP,
    says: `100,000 jobs of 10 ms of one tenant, then 99 tenants with 10 each: batches of ${CONCURRENCY} that begin from the answer to the enqueue, and from its call, until each of those has had one running, and until all of theirs have`,
    figures: [
      { name: 'greedy-tenant', unit: 'batches', better: 'less' },
      { name: 'greedy-tenant-call', unit: 'batches', better: 'less' },
      { name: 'greedy-tenant-all', unit: 'batches', better: 'less' },
    ],
    isFullOnly: true,
    only,
    mostRounds: 3,
    run: runGreedy,
  },
  {
    name: 'weights',
    group: GROUP,
    says: 'queues of the weights 6, 2, 1 and 1, all with work: how far the share of one is off',
    figures: [{ name: 'weights', unit: '% points', better: 'less' }],
    isFullOnly: true,
    only,
    mostRounds: 3,
    run: runWeights,
  },
  {
    name: 'queues-200',
    group: GROUP,
    says: 'a hundred at once, out of 200 queues',
    figures: [rate('queues-200')],
    isFullOnly: true,
    only: { ...only, because: alone },
    mostRounds: 3,
    run: runQueues,
  },
]

async function runGreedy({ store, contender }: Cell): Promise<Measured> {
  const greedy = 100_000
  const small = SMALL_TENANTS * JOBS_EACH
  const tenantOf = (n: number) => (n < greedy ? 'greedy' : `small-${(n - greedy) % SMALL_TENANTS}`)
  const session = await store.session({ ...PLAIN, tenantOf })
  await enqueueInBulk(session, greedy)
  const tally = new Tally(greedy + small)
  const startedAs: number[] = []
  const stop = await session.work(CONCURRENCY, async (n) => {
    startedAs[n] = tally.handled
    tally.add(n)
    await pause(10)
  })
  try {
    await until(() => tally.handled >= 5 * CONCURRENCY, 'a beginning')
    const called = tally.handled
    await session.enqueueMany(numbers(greedy, small))
    const began = tally.handled
    const places = await placesOf(startedAs, greedy, small)
    const firsts = places.slice(0, SMALL_TENANTS)
    const figures = {
      'greedy-tenant': (Math.max(...firsts) - began) / CONCURRENCY,
      'greedy-tenant-call': (Math.max(...firsts) - called) / CONCURRENCY,
      'greedy-tenant-all': (Math.max(...places) - began) / CONCURRENCY,
    }
    await stop()
    await verify(session, tally, { isKept: contender.keepsFinished })
    return { figures }
  } finally {
    await stop()
    await session.close()
  }
}

/** When the jobs of the small tenants began, the first of each tenant first. */
async function placesOf(startedAs: readonly number[], from: number, count: number): Promise<number[]> {
  const untilMs = performance.now() + CELL_LIMIT_MS
  while (performance.now() < untilMs) {
    const places = startedAs.slice(from, from + count)
    const began = places.filter((place) => place !== undefined)
    if (began.length === count) return sortByTenant(places)
    await pause(10)
  }
  throw new IncorrectError('the jobs of small tenants did not all begin in the time of a cell')
}

function sortByTenant(places: readonly number[]): number[] {
  const firsts = numbers(0, SMALL_TENANTS).map((tenant) =>
    Math.min(...places.filter((_, i) => i % SMALL_TENANTS === tenant)),
  )
  return [...firsts, ...places]
}

async function runWeights({ store, contender }: Cell): Promise<Measured> {
  const names = Object.keys(WEIGHTS)
  const each = 10_000
  const queueOf = (n: number) => names[n % names.length] as string
  const session = await store.session({ ...PLAIN, queues: WEIGHTS, queueOf })
  await enqueueInBulk(session, each * names.length)
  const tally = new Tally(each * names.length)
  const counts = new Map<string, number>()
  const stop = await session.work(CONCURRENCY, (n) => {
    tally.add(n)
    // The heaviest has six tenths of what is counted, and so never runs out meanwhile.
    if (tally.handled <= each) counts.set(queueOf(n), (counts.get(queueOf(n)) ?? 0) + 1)
  })
  try {
    await until(() => tally.handled >= each, 'enough to tell their shares')
    await stop()
    await verify(session, tally, { isKept: contender.keepsFinished })
    const offs = names.map((name) =>
      Math.abs((counts.get(name) ?? 0) / each - (WEIGHTS[name] as number) / 10),
    )
    return { figures: { weights: Math.max(...offs) * 100 } }
  } finally {
    await stop()
    await session.close()
  }
}

async function runQueues(cell: Cell): Promise<Measured> {
  const names = numbers(0, 200).map((n) => (n === 0 ? 'default' : `queue-${n}`))
  const queues = Object.fromEntries(names.map((name) => [name, 1]))
  const session: Session = await cell.store.session({
    ...PLAIN,
    queues,
    queueOf: (n) => names[n % 200] as string,
  })
  try {
    const count = jobsFor(cell, 0.5)
    await enqueueInBulk(session, count)
    const { perSecond } = await drain(session, { concurrency: CONCURRENCY, count, isKept: true })
    return { figures: { 'queues-200': perSecond } }
  } finally {
    await session.close()
  }
}
