import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { FairShares } from './fair-shares.js'

/** Claims as the database does: queue by queue in the order of the plan, until `free` jobs are taken. */
function claimFrom(
  backlog: Map<string, number>,
  shares: FairShares,
  free: number,
): ReadonlyMap<string, number> {
  const plan = shares.plan(free)
  const got: { queue: string; tenantId: string; endsRound: boolean }[] = []
  for (const { queue, quota } of plan) {
    const take = Math.min(quota, backlog.get(queue) ?? 0, free - got.length)
    for (let n = 0; n < take; n++) got.push({ queue, tenantId: 't', endsRound: true })
    backlog.set(queue, (backlog.get(queue) ?? 0) - take)
  }
  shares.record(plan, free, got)
  const taken = new Map<string, number>()
  for (const { queue } of got) taken.set(queue, (taken.get(queue) ?? 0) + 1)
  return taken
}

/** How many jobs each queue gets of `claims` claims of `free` slots. */
function serve(
  weights: Record<string, number>,
  backlog: Record<string, number>,
  { claims, free, shares = new FairShares(new Map(Object.entries(weights)), 'weighted') }: Claims,
): Record<string, number> {
  const left = new Map(Object.entries(backlog))
  const served: Record<string, number> = {}
  for (let n = 0; n < claims; n++)
    for (const [queue, count] of claimFrom(left, shares, free)) served[queue] = (served[queue] ?? 0) + count
  return served
}

interface Claims {
  claims: number
  free: number
  shares?: FairShares
}

const SEEDS = { critical: 6, pattern: 2, compliance: 1, default: 1 }
const FULL = { critical: 1e6, pattern: 1e6, compliance: 1e6, default: 1e6 }

describe('weighted', () => {
  test('a queue that was served alone for long is not made to wait for it once another has work', () => {
    const shares = new FairShares(new Map(Object.entries(SEEDS)), 'weighted')
    for (let n = 0; n < 600; n++) serve(SEEDS, { critical: 1 }, { claims: 1, free: 10, shares })
    serve(SEEDS, { default: 1e6 }, { claims: 5, free: 10, shares })
    expect(serve(SEEDS, { critical: 1, default: 1e6 }, { claims: 1, free: 10, shares })).toMatchObject({
      critical: 1,
    })
  })

  test.each([
    { free: 1, claims: 1_000 },
    { free: 10, claims: 100 },
    { free: 100, claims: 100 },
  ])('queues of weight 6, 2, 1 and 1 get 60, 20, 10 and 10 % of claims of $free', ({ free, claims }) => {
    const served = serve(SEEDS, FULL, { free, claims })
    const share = (queue: string) => (served[queue] ?? 0) / (free * claims)
    expect(share('critical')).toBeCloseTo(0.6, 1)
    expect(share('pattern')).toBeCloseTo(0.2, 1)
    expect(share('compliance')).toBeCloseTo(0.1, 1)
    expect(share('default')).toBeCloseTo(0.1, 1)
  })

  test('what the others leave goes to the queue that has work', () => {
    const served = serve(SEEDS, { default: 1e6 }, { free: 10, claims: 100 })
    expect(served['default']).toBeGreaterThanOrEqual(990) // the first claim only learns who has work
  })

  test('a queue that was empty for long gets its share from then on, and no more', () => {
    const shares = new FairShares(new Map(Object.entries({ a: 1, b: 1 })), 'weighted')
    serve({}, { a: 1e6 }, { free: 10, claims: 1_000, shares })
    const served = serve({}, { a: 1e6, b: 1e6 }, { free: 10, claims: 100, shares })
    expect(served['b']).toBeGreaterThan(480)
    expect(served['b']).toBeLessThan(520)
  })

  test('whatever the weights, a queue that has work is served within its turn', () => {
    const aWeight = fc.integer({ min: 1, max: 50 })
    fc.assert(
      fc.property(fc.array(aWeight, { minLength: 2, maxLength: 8 }), fc.nat(20), (weights, free) => {
        const queues = Object.fromEntries(weights.map((weight, n) => [`q${n}`, weight]))
        const backlog = Object.fromEntries(Object.keys(queues).map((queue) => [queue, 1e6]))
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        const claims = Math.ceil((20 * total) / (free + 1))
        const served = serve(queues, backlog, { free: free + 1, claims })
        for (const [queue, weight] of Object.entries(queues)) {
          const due = ((free + 1) * claims * weight) / total
          expect(Math.abs((served[queue] ?? 0) - due)).toBeLessThanOrEqual(2 * (free + 1) + weights.length)
        }
      }),
    )
  })

  test('a queue that always has a little is not kept waiting by one that has much', () => {
    const shares = new FairShares(new Map(Object.entries({ big: 6, small: 1 })), 'weighted')
    const left = new Map([['big', 1e6]])
    let served = 0
    for (let n = 0; n < 70; n++) {
      left.set('small', (left.get('small') ?? 0) + (n % 10 === 0 ? 1 : 0))
      served += claimFrom(left, shares, 1).get('small') ?? 0
    }
    expect(served).toBeGreaterThanOrEqual(6) // of seven that came
  })
})

test('strict: the queue of the greatest weight is emptied first, then the next', () => {
  const shares = new FairShares(new Map(Object.entries({ low: 1, high: 5 })), 'strict')
  expect(serve({}, { low: 100, high: 25 }, { free: 10, claims: 4, shares })).toEqual({ high: 25, low: 15 })
})

test('the round of tenants goes on after the one served last', () => {
  const shares = new FairShares(new Map([['q', 1]]), 'weighted')
  const plan = shares.plan(2)
  shares.record(plan, 2, [
    { queue: 'q', tenantId: 'c', endsRound: true },
    { queue: 'q', tenantId: 'b', endsRound: false },
  ])
  expect(shares.plan(1)).toEqual([{ queue: 'q', quota: 1, cursor: 'c' }])
})
