import { expect, test } from 'vitest'

import { renderMail } from './mail-templates.js'
import { SendMailPayload, wishOf } from './send-mail-payload.js'

const MAIL = { to: 'jo@example.com', subject: 'Hello', text: 'Hi' }
const READY = {
  ...{ type: 'quote-ready', recipientEmail: 'jo@example.com' },
  templateData: {
    ...{ quoteNumber: 'Q-7', itemCount: 2, currency: 'EUR', total: '12.50', validUntil: '2026-12-31' },
    quoteUrl: 'https://example.com/q/7?a=1&b="2"',
  },
}

const withFile = (content: string, encoding?: string) => ({
  ...MAIL,
  attachments: [{ filename: 'a.txt', content, encoding }],
})

const wish = (payload: unknown) => wishOf(SendMailPayload.parse(payload))

test('what a job is to do is told by what stands in its payload, also once it was read before', () => {
  const id = '0199a0f0-0000-7000-8000-000000000000'
  expect(wish({ deliveryId: id })).toEqual({ kind: 'delivery', deliveryId: id })
  expect(wish({})).toEqual({ kind: 'kept' })
  expect(wish(MAIL)).toMatchObject({
    kind: 'mail',
    mail: { to: ['jo@example.com'], cc: [], subject: 'Hello' },
  })
  expect(wish(SendMailPayload.parse(READY))).toEqual(wish(READY))
})

test.each([
  ['no address', { ...MAIL, to: [] }],
  ['an address that is none', { ...MAIL, to: 'jo' }],
  ['an address with a second line', { ...MAIL, to: 'jo@example.com\nBcc: all@example.com' }],
  ['a subject with a second line', { ...MAIL, subject: 'Hello\r\nBcc: all@example.com' }],
  ['nothing to say', { ...MAIL, text: undefined }],
  ['a file of the server', { ...MAIL, attachments: [{ filename: 'a', path: '/etc/passwd' }] }],
  [
    'a file to be fetched',
    { ...MAIL, attachments: [{ filename: 'a', content: '', href: 'http://10.0.0.1' }] },
  ],
  ['a file that is not in the base64 that it says', withFile('%%%', 'base64')],
  ['a file whose base64 was cut off', withFile('SGVsbG', 'base64')],
  ['another template', { ...READY, type: 'quote-lost' }],
  ['a place that is empty', { ...READY, templateData: { ...READY.templateData, total: undefined } }],
  [
    'a value with a second line, which may stand in the subject',
    { ...READY, templateData: { ...READY.templateData, quoteNumber: '7\nBcc: all@example.com' } },
  ],
  [
    'a value too long for a subject',
    { ...READY, templateData: { ...READY.templateData, quoteNumber: '7'.repeat(301) } },
  ],
  [
    'a link that is a script',
    { ...READY, templateData: { ...READY.templateData, quoteUrl: 'javascript:alert(1)' } },
  ],
])('refused: %s', (_, payload) => {
  expect(() => SendMailPayload.parse(payload)).toThrow()
})

test.each([
  ['text, whatever stands in it', withFile('%%%')],
  ['base64', withFile('SGVsbG8=', 'base64')],
  ['base64 in lines', withFile('SGVs\r\nbG8=\n', 'base64')],
  ['an empty file', withFile('', 'base64')],
])('a file may be %s', (_, payload) => {
  expect(wish(payload)).toMatchObject({ mail: { attachments: [{ filename: 'a.txt' }] } })
})

test('a template greets, says what it is about, and leads on', () => {
  const { subject, text, html } = renderMail('quote-ready', 'Jo', READY.templateData)
  expect(subject).toBe('Your Quote #Q-7 is Ready!')
  expect(text).toContain('Dear Jo,\n\nYour quote #Q-7 for 2 item(s) comes to EUR 12.50.')
  expect(text).toContain('View the quote: https://example.com/q/7?a=1&b="2"')
  expect(html).toContain('<a href="https://example.com/q/7?a=1&#38;b=&#34;2&#34;">')
})

test('what stands in a place stays text in HTML', () => {
  const { html, text } = renderMail('quote-ready', '<b>Jo</b> {{total}}', READY.templateData)
  expect(html).toContain('Dear &#60;b&#62;Jo&#60;/b&#62; {{total}},')
  expect(text).toContain('Dear <b>Jo</b> {{total}},')
})
