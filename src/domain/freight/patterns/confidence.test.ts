import { describe, expect, test } from 'vitest'

import { confidence } from './confidence.js'

const NOW = new Date('2026-06-30T12:00:00Z')
const ago = (days: number) => new Date(NOW.getTime() - days * 86_400_000)

interface Row {
  loads: number
  first: number
  last: number
  charge?: number
  weighted?: boolean
  score: number
}

function scoreOf({ loads, first, last, charge = 0, weighted = true }: Row) {
  const evidence = {
    frequency: loads,
    firstPickupAt: ago(first),
    lastPickupAt: ago(last),
    totalFreightCharge: charge,
    currency: 'USD',
  }
  return confidence(evidence, { weightRecentShipments: weighted }, NOW)
}

describe('the confidence in a lane', () => {
  test.each<Row>([
    { loads: 3, first: 40, last: 3, score: 0.8 },
    { loads: 3, first: 40, last: 8, score: 0.7 },
    { loads: 3, first: 60, last: 30, score: 0.7 },
    { loads: 4, first: 80, last: 31, score: 0.7 },
    { loads: 4, first: 88, last: 61, score: 0.6 },
    { loads: 4, first: 88, last: 61, charge: 10_000.01, score: 0.7 },
    { loads: 4, first: 88, last: 61, charge: 10_000, score: 0.6 },
    { loads: 2, first: 45, last: 1, score: 0.6 },
    { loads: 2, first: 80, last: 1, score: 0.5 },
    { loads: 1, first: 1, last: 1, score: 0.4 },
    { loads: 1, first: 1.2, last: 1, score: 0.4 },
    { loads: 9, first: 80, last: 1, charge: 20_000, score: 1 },
    { loads: 4, first: 40, last: 1, weighted: false, score: 0.6 },
    { loads: 4, first: 40, last: 1, charge: 20_000, weighted: false, score: 0.7 },
  ])('$loads days from $first to $last days ago, charge $charge, weighted $weighted: $score', (row) => {
    expect(scoreOf(row).score).toBe(row.score)
  })

  test('counts whole days: 7 days and 23 hours ago is within 7', () => {
    expect(scoreOf({ loads: 4, first: 40, last: 7.96, score: 0 }).score).toBe(0.9)
    expect(scoreOf({ loads: 4, first: 40, last: 8, score: 0 }).score).toBe(0.8)
  })

  test('says what earned it', () => {
    expect(scoreOf({ loads: 3, first: 40, last: 3, charge: 12_000, score: 0 }).factors).toEqual([
      {
        name: 'frequency',
        points: 0.3,
        max: 0.4,
        reason: '3 days with a pickup; 4 or more earn all points.',
      },
      {
        name: 'recency',
        points: 0.3,
        max: 0.3,
        reason: 'Last pickup 3 days ago; within 7 days earns all points, within 60 some.',
      },
      {
        name: 'consistency',
        points: 0.2,
        max: 0.2,
        reason: '18 days between pickups on average; up to 30 earn all points, up to 60 some.',
      },
      {
        name: 'value',
        points: 0.1,
        max: 0.1,
        reason: '12000 USD of freight charges in the window; more than 10000 earn the point.',
      },
    ])
  })
})
