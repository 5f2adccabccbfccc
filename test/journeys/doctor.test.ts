import { access, mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect, test } from 'vitest'

import type { Report } from '../../src/instance/index.js'
import { anApiThat } from './an-api.js'
import { KEY } from './running-app.js'
import { runHere } from './run-here.js'

test.each([
  [
    'a configuration that cannot be used',
    { PORT: 'http' },
    { check: 'configuration', what: expect.stringMatching(/PORT/) },
  ],
  [
    'a variable of a rule that no process can be started with, like the database',
    { DATABASE_URL: 'postgres://me@127.0.0.1:1/nowhere', FREIGHT_PATTERN_MIN_FREQUENCY: '200' },
    {
      check: 'configuration',
      what: expect.stringMatching(/: FREIGHT_PATTERN_MIN_FREQUENCY is not a whole number from 1 to 100\.$/),
    },
  ],
  [
    'a database that is away',
    { DATABASE_URL: 'postgres://me:hush@127.0.0.1:1/nowhere' },
    { check: 'database', what: expect.stringMatching(/nowhere does not answer/) },
  ],
  [
    'a mail server that is away, like the database',
    {
      ...{ DATABASE_URL: 'postgres://me@127.0.0.1:1/nowhere', SMTP_HOST: '127.0.0.1', SMTP_PORT: '1' },
      ...{ MAIL_FROM: 'me@example.com', SMTP_USER: 'me', SMTP_PASSWORD: 'hush' },
    },
    { check: 'mail server', what: expect.stringMatching(/^127\.0\.0\.1:1 takes no mails from here/) },
  ],
  [
    'a process that is away',
    { LINEHAUL_URL: 'http://127.0.0.1:1', LINEHAUL_API_KEY: KEY },
    { check: 'process', what: expect.stringMatching(/Nothing answers/) },
  ],
])('a doctor tells of %s instead of failing', async (_, environment, finding) => {
  const { code, output, errors } = await runHere(['doctor', '--json'], environment)
  expect({ code, errors }).toEqual({ code: 1, errors: '' })
  const { findings } = JSON.parse(output) as Report
  expect(findings).toContainEqual(expect.objectContaining({ level: 'error', ...finding }))
  expect(output).not.toContain('hush')
})

test.each([
  [503, { code: 1, errors: '', output: expect.stringContaining('Look into the log of that process') }],
  [401, { code: 4, errors: 'As the API says.\n', output: '' }],
  [403, { code: 4, errors: 'As the API says.\n', output: '' }],
  [429, { code: 3, errors: 'As the API says.\n', output: '' }],
])('a doctor whom a process answers %i says whose fault that is', async (status, told) => {
  const api = await anApiThat((response) =>
    response.writeHead(status).end(JSON.stringify({ detail: 'As the API says.' })),
  )
  expect(await runHere(['doctor', '--url', api.url, '--key', KEY])).toMatchObject(told)
  api.close()
})

test('a doctor makes no data where there are none yet, and says who does', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-doctor-'))
  const dataDir = path.join(folder, 'new')
  const { code, output } = await runHere(['doctor', '--json'], { LINEHAUL_DATA_DIR: dataDir })
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
  expect(code).toBe(1)
  const { findings } = JSON.parse(output) as Report
  expect(findings.filter(({ level }) => level === 'error')).toEqual([
    expect.objectContaining({
      ...{ check: 'database', what: `There is no data in ${dataDir} yet.` },
      advice: expect.stringContaining('`linehaul serve`'),
    }),
  ])
})

test('all that is wrong with the environment is told at once, of rules as well, and before anything is opened', async () => {
  const rule = 'FREIGHT_PATTERN_MIN_FREQUENCY is not a whole number from 1 to 100'
  const LINEHAUL_DATA_DIR = path.join(os.tmpdir(), 'linehaul-that-nobody-makes')
  const set = { LINEHAUL_DATA_DIR, FREIGHT_PATTERN_MIN_FREQUENCY: '200' }
  const { code, errors } = await runHere(['serve'], { ...set, PORT: 'x' })
  expect({ code, lines: errors.trimEnd().split('\n').slice(1) }).toEqual({
    code: 2,
    lines: [expect.stringMatching(/^ {2}PORT /), `  ${rule}`],
  })
  expect(await runHere(['serve'], set)).toMatchObject({ code: 2, errors: expect.stringContaining(rule) })
  await expect(access(LINEHAUL_DATA_DIR)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a doctor without a key for the Linehaul that it is to ask needs one', async () => {
  expect(await runHere(['doctor', '--url', 'http://127.0.0.1:1'])).toMatchObject({
    code: 2,
    output: '',
    errors: expect.stringContaining('LINEHAUL_API_KEY'),
  })
})
