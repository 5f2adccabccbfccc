import { expect, test } from 'vitest'

import { decide } from './flow-decision.js'
import type { Awaited } from '../store/wait.js'

const parent = (state: Awaited['state']): Awaited => ({ id: 'p', name: 'test.work', state })

test.each([
  ['cancel', true, ['done'], 'wait'],
  ['cancel', false, ['done', 'done'], 'run'],
  ['cancel', true, ['done', 'dead'], 'cancel'],
  ['cancel', false, ['cancelled'], 'cancel'],
  ['cancel', false, ['gone'], 'cancel'],
  ['run', true, ['dead', 'gone'], 'wait'],
  ['run', false, ['dead', 'cancelled', 'gone'], 'run'],
] as const)('%s, others open: %s, ended: %j -> %s', (onParentDead, isStillWaiting, states, kind) => {
  expect(decide({ onParentDead, isStillWaiting }, states.map(parent)).kind).toBe(kind)
})

test('whoever is cancelled is told for whom it waited', () => {
  const waiter = { onParentDead: 'cancel', isStillWaiting: true } as const
  expect(decide(waiter, [parent('dead')])).toMatchObject({
    reason: 'It waited for job p (test.work), which is dead.',
  })
  expect(decide(waiter, [{ id: 'p', name: null, state: 'gone' }])).toMatchObject({
    reason: 'It waited for job p, which is deleted.',
  })
})
