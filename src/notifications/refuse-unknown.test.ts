import { expect, test } from 'vitest'

import { refuseUnknown } from './refuse-unknown.js'

const among = ['job.analysis.done', 'job.unknown', 'lane.accepted', 'shipment.created'].map((type) => ({
  type,
  description: '',
}))

function refusing(patterns: readonly string[], before: readonly string[] = []): () => void {
  const fieldOf = (index: number) => `events.${index}`
  return () => refuseUnknown(patterns, { among, before, listedAt: 'GET /types', fieldOf })
}

test.each(['*', 'job.*', '*.created', 'shipment.created', 'job.analysis.*'])('%s is known', (pattern) => {
  expect(refusing([pattern])).not.toThrow()
})

test.each([
  ['shipment.craeted', '"shipment.created"'],
  ['shipmnet.*', '"shipment.*"'],
  ['job.analyis.*', '"job.analysis.*"'],
  ['job', '"job.unknown"'],
])('%s is refused, and told that %s is nearest', (pattern, nearest) => {
  expect(refusing(['*', pattern])).toThrow(
    expect.objectContaining({
      code: 'NOTIFICATIONS_UNKNOWN_EVENT_TYPE',
      field: 'events.1',
      message: expect.stringContaining(`nearest that are known: ${nearest}, `),
    }),
  )
})

test('what was chosen before may be chosen again, and nothing else that is unknown', () => {
  expect(refusing(['route.*', 'job.*'], ['route.*'])).not.toThrow()
  expect(refusing(['route.*', 'route.late'], ['route.*'])).toThrow('"route.late" fits no type')
})
