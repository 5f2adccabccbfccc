import { expect, test } from 'vitest'

import { describeUnreadable } from './describe-unreadable.js'

const NONE = { secrets: 0, keyIds: [], hasSigning: false, webhooks: 0, others: 0 }
const SIGNING = { ...NONE, secrets: 1, keyIds: ['k1'], hasSigning: true }
const WEBHOOKS = { ...NONE, secrets: 4, keyIds: ['k1', 'k2'], webhooks: 2, others: 1 }

test('where all secrets can be read there is nothing to tell', () => {
  for (const hasKey of [true, false]) expect(describeUnreadable(NONE, hasKey)).toBeUndefined()
})

test.each([
  ['the signing secret, without a key', SIGNING, false, 'Set SECRETS_KEY to the key "k1", and start again.'],
  ['the signing secret, under an old key', SIGNING, true, 'Add the key "k1" to SECRETS_KEYS_OLD, and start'],
  [
    'several, without a key',
    WEBHOOKS,
    false,
    'Set SECRETS_KEY to the one of these keys that was in use last and',
  ],
  [
    'several, under old keys',
    WEBHOOKS,
    true,
    'Add the keys "k1", "k2" to SECRETS_KEYS_OLD, and start again.',
  ],
])('what to do about %s is told', (_, facts, hasKey, advice) => {
  expect(describeUnreadable(facts, hasKey)).toContain(advice)
})

test('only what stops is said to', () => {
  expect(describeUnreadable(SIGNING, false)).toMatch(
    /^1 stored secret cannot be read: it lies under the key "k1", and SECRETS_KEY is not set\. Until that is mended nobody can sign in, and the access tokens of those who have are refused \(API keys work\)\. /,
  )
  expect(describeUnreadable(WEBHOOKS, true)).toMatch(
    /^4 stored secrets cannot be read: they lie under the keys "k1", "k2", which are neither in SECRETS_KEY nor in SECRETS_KEYS_OLD\. Until that is mended 2 webhooks are sent nothing; what uses 1 secret that tenants have stored fails\. /,
  )
})
