import { expect, test, vi } from 'vitest'

import type { EngineSignals } from './queue/index.js'
import { Signals } from './queue/signals.js'
import { tellAlerts } from './tell-alerts.js'

test('an alert is warned of when it is raised, and mentioned when it is over', () => {
  const signals = new Signals<EngineSignals>()
  const logger = { warn: vi.fn(), info: vi.fn() }
  tellAlerts(signals, logger)
  const ids = {
    id: '1',
    tenantId: 'acme',
    queue: 'pattern',
    kind: 'dead-growth' as const,
    value: 12,
    threshold: 10,
  }
  const alert = { ...ids, raisedAt: new Date(0), clearedAt: null, message: 'Queue pattern: 12 jobs died.' }
  signals.emit('alert.raised', alert)
  expect(logger.warn.mock.calls).toEqual([[{ alert: ids }, 'Queue pattern: 12 jobs died.']])
  signals.emit('alert.cleared', { ...alert, clearedAt: new Date(1) })
  expect(logger.info.mock.calls).toEqual([[{ alert: ids }, 'Queue pattern: the alert dead-growth is over.']])
})
