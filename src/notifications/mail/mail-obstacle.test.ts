import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { MailServer } from '../testing/mail-server.js'
import { findMailObstacle } from './mail-obstacle.js'
import type { SmtpServer } from './smtp-exchange.js'

let server: MailServer
beforeAll(async () => void (server = await MailServer.open()))
afterAll(() => server?.close())

const obstacleTo = (more: Partial<SmtpServer>, signal = new AbortController().signal) =>
  findMailObstacle({ host: '127.0.0.1', port: server.port, tls: 'none', ...more }, signal)

test('a mail server that is there, and takes the login, is no obstacle; it is sent nothing', async () => {
  expect(await obstacleTo({})).toBe(undefined)
  expect(await obstacleTo({ user: 'linehaul', password: 'right' })).toBe(undefined)
  expect(server.received).toEqual([])
})

test.each<[string, Partial<SmtpServer>, string | RegExp]>([
  ['is not there', { port: 1 }, /ECONNREFUSED/],
  ['does not encrypt', { tls: 'starttls' }, /STARTTLS.*SMTP_TLS is starttls: is it tls or none that/],
])('a mail server that %s is told to be so, without who wanted in', async (_, more, told) => {
  const obstacle = await obstacleTo(more)
  expect(obstacle).toMatch(told)
  expect(obstacle).not.toMatch(/hush|jo/)
})

test.each([
  [535, 'it refuses SMTP_USER or SMTP_PASSWORD (535)'],
  [534, 'it refuses SMTP_USER or SMTP_PASSWORD (534)'],
  [530, 'it refuses SMTP_USER or SMTP_PASSWORD (530)'],
  [454, 'the login failed (454)'],
  [502, 'the login failed (502)'],
])('of a login that is answered %i is told: %s', async (code, told) => {
  server.refusesLogin = code
  expect(await obstacleTo({ user: 'jo', password: 'hush' })).toBe(told)
})

test('a mail server that says nothing is given up when its time is up', async () => {
  const silent = createServer()
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  const patience = new AbortController()
  const connected = once(silent, 'connection')
  const asked = obstacleTo({ port: (silent.address() as AddressInfo).port }, patience.signal)
  await connected
  patience.abort()
  expect(await asked).toBe('the time for it was up')
  silent.close()
})
