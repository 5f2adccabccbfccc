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

test('a doctor without a key for the Linehaul that it is to ask needs one', async () => {
  expect(await runHere(['doctor', '--url', 'http://127.0.0.1:1'])).toMatchObject({
    code: 2,
    output: '',
    errors: expect.stringContaining('LINEHAUL_API_KEY'),
  })
})
