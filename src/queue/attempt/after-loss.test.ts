import { expect, test } from 'vitest'

import { afterLoss } from './after-loss.js'

test('a job runs again after its first and second loss, and is dead after the third', () => {
  expect(afterLoss({ losses: 0 })).toEqual({ kind: 'lost' })
  expect(afterLoss({ losses: 1 })).toEqual({ kind: 'lost' })
  expect(afterLoss({ losses: 2 })).toMatchObject({ kind: 'dead', error: { code: 'JOBS_LOST' } })
})
