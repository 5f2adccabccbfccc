import { expect, test } from 'vitest'

import { Mail } from '../mail/mail.js'
import { MOST_TOLD, writeDigest } from './write-digest.js'

const item = (n: number) => ({
  title: `Job ${n}\nCompleted`,
  message: `It is done: ${n}.`,
  priority: 'low' as const,
  createdAt: new Date(Date.UTC(2026, 5, 30, 12, n)),
})

test('a digest tells when each was told on clocks of the zone, and its subject how many they are', () => {
  expect(writeDigest({ items: [item(1), item(2)], count: 2 }, 'Europe/Berlin')).toEqual({
    subject: '2 notifications: Job 1 Completed, …',
    text: `30 Jun 2026, 14:01 · Job 1 Completed (low)
It is done: 1.

30 Jun 2026, 14:02 · Job 2 Completed (low)
It is done: 2.`,
  })
})

test('a digest of one is called what that is called', () => {
  expect(writeDigest({ items: [item(1)], count: 1 }, 'UTC').subject).toBe('Job 1 Completed')
})

test('a digest of very many says how many more there are', () => {
  const { text, subject } = writeDigest({ items: [item(0), item(1)], count: 130 }, 'UTC')
  expect(subject).toMatch(/^130 notifications/)
  expect(text).toMatch(/It is done: 1\.\n\n… and 128 more\./)
})

test('a digest of very many long ones is still a mail', () => {
  const long = { ...item(1), title: 't'.repeat(255), message: 'm'.repeat(10_000) }
  const digest = writeDigest({ items: Array<typeof long>(MOST_TOLD).fill(long), count: 130 }, 'UTC')
  expect(Mail.safeParse({ ...digest, to: 'jo@example.com' }).success).toBe(true)
})
