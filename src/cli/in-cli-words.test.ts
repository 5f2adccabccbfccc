import { expect, test } from 'vitest'

import { KeyNotFoundError } from '../access/key/errors.js'
import { UserNotFoundError } from '../access/user/errors.js'
import {
  DeliveryNotFoundError,
  MailNotFoundError,
  WebhookDisabledError,
  WebhookNotFoundError,
} from '../notifications/errors.js'
import { RuleNotFoundError, UnknownRuleError } from '../rules/errors.js'
import { inCliWords } from './in-cli-words.js'

test.each([
  [new KeyNotFoundError('x'), 'linehaul keys list'],
  [new MailNotFoundError('x'), 'linehaul mails list'],
  [new RuleNotFoundError('x'), 'linehaul rules list'],
  [new UnknownRuleError('x', []), 'linehaul rules declared'],
  [new UserNotFoundError('x'), 'linehaul users list'],
  [new WebhookNotFoundError('x'), 'linehaul webhooks list'],
  [new DeliveryNotFoundError('x'), 'linehaul webhooks deliveries <id>'],
  [new WebhookDisabledError('x'), 'linehaul webhooks enable <id>'],
])('$code names the command instead of the request', ({ code, message }, command) => {
  const told = inCliWords({ code, detail: message })
  expect(told).toContain(`\`${command}\``)
  expect(told).not.toContain('/api/')
})

test('what no command does is told as the API tells it', () => {
  const detail = 'You have no session x. GET /api/v1/auth/sessions lists those you have.'
  expect(inCliWords({ code: 'ACCESS_SESSION_NOT_FOUND', detail })).toBe(detail)
})

test('what is wrong with what was given is told without the form of the request', () => {
  const detail = 'The params cannot be used: /id must be a UUID; /state must be one of sent, failed.'
  const errors = [
    { field: '/id', message: 'must be a UUID' },
    { field: '/state', message: 'must be one of sent, failed' },
  ]
  expect(inCliWords({ code: 'API_INVALID_INPUT', detail, errors })).toBe(
    'id must be a UUID; state must be one of sent, failed.',
  )
})
