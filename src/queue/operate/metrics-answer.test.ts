import { expect, test } from 'vitest'

import type { Load } from '../store/load.js'
import { healthOf, metricsOf, type JobMetrics } from './metrics-answer.js'

const part = (state: Load['state'], count: number, rest: Partial<Load> = {}): Load => ({
  ...{ queue: 'orders', name: 'test.ship', state, count, isAtLeast: false },
  ...rest,
})
const orders = { kind: 'queue', name: 'orders', queue: 'orders' } as const
const ship = { kind: 'definition', name: 'test.ship', aliases: ['ship'], queue: 'orders' } as const
const pause = { tenantId: '', queue: '', name: '', by: 'user:ann', reason: 'x', at: new Date(0) }

test('what stands in a queue is told in the words of its users, and the rate in a hundred', () => {
  const load = [
    ...[part('waiting', 3), part('held', 2), part('blocked', 1), part('scheduled', 4), part('running', 5)],
    ...[part('dead', 7), part('completed', 39), part('failed', 1), part('waiting', 9, { queue: 'lanes' })],
  ]
  expect(metricsOf(orders, 'acme', load, [])).toEqual({
    ...{
      name: 'orders',
      queue: 'orders',
      waiting: 6,
      active: 5,
      delayed: 4,
      dead: 7,
      completed: 39,
      failed: 1,
    },
    ...{ failedRate: 2.5, paused: false, atLeast: [] },
  })
})

test('a definition has what lies under any of its names, and may have more where not all was looked at', () => {
  const load = [
    ...[part('waiting', 3), part('waiting', 2, { name: 'ship' })],
    part('waiting', 9_995, { name: 'test.other', isAtLeast: true }),
  ]
  expect(metricsOf(ship, 'acme', load, [])).toMatchObject({ waiting: 5, atLeast: ['waiting'], failedRate: 0 })
})

test.each([
  [{ queue: 'orders' }, true, true],
  [{ queue: 'lanes' }, false, false],
  [{ tenantId: 'acme' }, true, true],
  [{ tenantId: 'other', queue: 'orders' }, false, false],
  [{ name: 'test.ship' }, false, true],
  [{ name: 'test.ship', tenantId: 'other' }, false, false],
])('a pause of %j is one of the queue: %s, of the definition: %s', (of, queue, definition) => {
  const pauses = [{ ...pause, ...of }]
  expect(metricsOf(orders, 'acme', [], pauses).paused).toBe(queue)
  expect(metricsOf(ship, 'acme', [], pauses).paused).toBe(definition)
})

test('all is well while workers serve what waits and no more than half of it ends dead', () => {
  const metrics: JobMetrics = metricsOf(orders, 'acme', [part('waiting', 3), part('completed', 5)], [])
  expect(healthOf([metrics], [{ queues: ['orders'] }])).toMatchObject({
    ...{ status: 'healthy', queues: 1, totalJobs: 8, reasons: [] },
  })
  expect(healthOf([metrics], [])).toMatchObject({
    ...{ status: 'degraded', reasons: ['No live worker serves the queue orders, in which jobs wait.'] },
  })
  expect(healthOf([{ ...metrics, failedRate: 51 }], [{ queues: ['orders'] }]).reasons).toEqual([
    'Of what ended in orders in the last hour, 51 % are dead.',
  ])
})
