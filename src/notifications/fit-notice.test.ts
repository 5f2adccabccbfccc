import { expect, test } from 'vitest'

import { fitNotice } from './fit-notice.js'
import type { Notice } from './notice.js'

const NOTICE: Notice = {
  tenantId: 'default',
  cause: 'test:1',
  eventType: 'test.happened',
  priority: 'low',
  target: { kind: 'tenant' },
  title: 'It happened',
  message: 'It has happened.',
  source: 'test',
}

test('a notice that can be stored stays as it is', () => {
  const notice = { ...NOTICE, data: { n: [1, null] }, expiresAt: new Date('2026-06-30T12:00:00Z') }
  expect(fitNotice(notice)).toEqual(notice)
})

test('text that is too long is cut where a character ends', () => {
  const { title, message } = fitNotice({ ...NOTICE, title: '🚚'.repeat(200), message: 'm'.repeat(20_000) })
  expect(title).toBe(`${'🚚'.repeat(127)}…`)
  expect(message).toBe(`${'m'.repeat(9_999)}…`)
})

test('what PostgreSQL cannot hold becomes a character that stands for it', () => {
  const { title, tags, data } = fitNotice({
    ...NOTICE,
    title: 'a\0b',
    tags: ['x\ud83d'],
    data: { deep: ['\0'] },
  })
  expect({ title, tags, data }).toEqual({ title: 'a\ufffdb', tags: ['x\ufffd'], data: { deep: ['\ufffd'] } })
})
