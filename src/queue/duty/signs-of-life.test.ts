import { describe, expect, test } from 'vitest'

import { hasGone, isDead } from './signs-of-life.js'

describe('a worker', () => {
  const up = { lockFreeMs: -Infinity, watchedMs: 60_000, serverUpMs: 3_600_000 }

  test.each([
    ['was heard of within the lease', { silentMs: 15_000 }, up, false],
    ['was not', { silentMs: 15_001 }, up, true],
    [
      'was not, by one who has watched for two beats',
      { silentMs: 15_001 },
      { ...up, watchedMs: 10_000 },
      true,
    ],
    ['was not, by one who could not look himself', { silentMs: 60_000 }, { ...up, watchedMs: 9_999 }, false],
    ['has a lock that is free at one look', { silentMs: 0 }, { ...up, lockFreeMs: 0 }, false],
    ['has a lock that is free a second later', { silentMs: 0 }, { ...up, lockFreeMs: 1_000 }, true],
    [
      'has a lock that is free, as one sees who has just begun to look',
      { silentMs: 0 },
      { ...up, lockFreeMs: 1_000, watchedMs: 1_000 },
      true,
    ],
    [
      'has a free lock, as all have after a restart',
      { silentMs: 0 },
      { ...up, lockFreeMs: 2_000, serverUpMs: 15_000 },
      false,
    ],
    [
      'could not be heard of while there was no server',
      { silentMs: 60_000 },
      { ...up, serverUpMs: 15_000 },
      false,
    ],
    [
      'was not heard of for a lease since the server runs',
      { silentMs: 60_000 },
      { ...up, serverUpMs: 15_001 },
      true,
    ],
  ])('that %s: %j, %j: dead %s', (_what, sign, circumstances, dead) => {
    expect(isDead(sign, circumstances)).toBe(dead)
  })
})

test.each([
  [{ silentMs: 3_000, holdsLock: true }, false],
  [{ silentMs: 3_001, holdsLock: true }, true],
  [{ silentMs: 0, holdsLock: false }, true],
  [{ silentMs: 0, holdsLock: null }, false],
])('a leader of whom is known %j has gone: %s', (leader, gone) => {
  expect(hasGone(leader)).toBe(gone)
})
