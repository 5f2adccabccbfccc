import { expect, test } from 'vitest'

import { judgeFailure, type Judgement, type SmtpFailure } from './judge-failure.js'

const SAID: [number, string, Judgement][] = [
  [550, 'RCPT TO', 'never'],
  [450, 'RCPT TO', 'again'],
  [530, 'RCPT TO', 'again'],
  [554, 'DATA', 'never'],
  [452, 'DATA', 'again'],
  [503, 'DATA', 'again'],
  [552, 'MAIL FROM', 'never'],
  [550, 'MAIL FROM', 'again'],
  [530, 'MAIL FROM', 'again'],
  [554, 'CONN', 'again'],
  [550, 'EHLO', 'again'],
  [554, 'STARTTLS', 'again'],
  [535, 'AUTH PLAIN', 'again'],
  [538, 'AUTH LOGIN', 'again'],
]

test.each(SAID)('%i in answer to %s: %s', (responseCode, command, judgement) => {
  expect(judgeFailure({ code: 'EPROTOCOL', responseCode, command }, false)).toBe(judgement)
})

const UNSAID: [string, SmtpFailure, boolean, Judgement][] = [
  ['a silence before the mail went out', { code: 'ETIMEDOUT', command: 'CONN' }, false, 'again'],
  ['a silence after it began to', { code: 'ETIMEDOUT', command: 'CONN' }, true, 'in-doubt'],
  ['a connection that was gone by then', { code: 'ECONNECTION', command: 'API' }, false, 'again'],
  ['a mail bigger than the server takes', { code: 'EMESSAGE', command: 'MAIL FROM' }, false, 'never'],
  ['an address that is none', { code: 'EENVELOPE', command: 'API' }, false, 'never'],
  ['nothing but that it failed, once it had begun to', {}, true, 'in-doubt'],
  ['a connection that cannot be encrypted', { code: 'ETLS', command: 'STARTTLS' }, false, 'again'],
  ['a login that cannot be tried', { code: 'EAUTH', command: 'API' }, false, 'again'],
]

test.each(UNSAID)('%s', (_, failure, hadBegun, judgement) => {
  expect(judgeFailure(failure, hadBegun)).toBe(judgement)
})
