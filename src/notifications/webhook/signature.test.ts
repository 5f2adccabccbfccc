import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { newWebhookSecret, signatureHeaders } from './signature.js'

test('a signature is the one that Standard Webhooks gives as its example', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1_614_265_330_000),
    body: '{"test": 2432232314}',
  }
  expect(signatureHeaders(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('while a secret changes both sign, the new one first', () => {
  const message = { id: 'a', at: new Date(0), body: '{}' }
  const [one, two] = [newWebhookSecret(), newWebhookSecret()]
  const [first] = signatureHeaders(message, [one])['webhook-signature'].split(' ')
  expect(signatureHeaders(message, [two, one])['webhook-signature'].split(' ')[1]).toBe(first)
})

test('the check that docs/notifications.md shows takes what is ours, and nothing else', async () => {
  const page = await readFile('docs/notifications.md', 'utf8')
  const [, code = ''] = /```js\n(.*?)```/s.exec(page) ?? []
  const { isOurs } = (await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
  )) as { isOurs(request: object, secret: string, nowMs: number): boolean }
  const secret = newWebhookSecret()
  const message = { id: 'a', at: new Date(1_000_000_000), body: '{"n":1}' }
  const request = { headers: signatureHeaders(message, [newWebhookSecret(), secret]), body: message.body }
  expect(isOurs(request, secret, 1_000_000_000)).toBe(true)
  expect(isOurs({ ...request, body: '{"n":2}' }, secret, 1_000_000_000)).toBe(false)
  expect(isOurs(request, newWebhookSecret(), 1_000_000_000)).toBe(false)
  expect(isOurs(request, secret, 1_000_000_000 + 301_000)).toBe(false)
})
