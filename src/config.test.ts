import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { afterEach, expect, test, vi } from 'vitest'

import { DECLARATIONS, type Settings, type Variable } from './config-variables.js'
import { ConfigError, readConfig, readSurroundings, toConfig, VARIABLES } from './config.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** 32 bytes, as base64. */
const KEY = Buffer.alloc(32, 7).toString('base64')

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [`not a ConfigError: ${String(error)}`]
  }
}

test('an empty environment means this machine, port 3000 and an embedded database', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: undefined,
    dataDir: '.linehaul',
    isSchedulerEnabled: true,
    apiKey: undefined,
    url: undefined,
    auditKeep: '400d',
    secrets: { key: undefined, oldKeys: [] },
    outgoingAllow: [],
    limits: { perMinute: 6000, trustProxy: [] },
    ruleVariable: expect.any(Function),
    smtp: undefined,
    logLevel: 'info',
    metricsToken: undefined,
    traces: { endpoint: undefined, headers: {}, serviceName: 'linehaul', ratio: 1 },
  })
})

test('every variable is read', () => {
  expect(
    readConfig({
      HOST: '::',
      PORT: '8080',
      DATABASE_URL: 'postgresql://me:secret@db.example/linehaul',
      LINEHAUL_DATA_DIR: '/var/lib/linehaul',
      ENABLE_SCHEDULER: 'false',
      LINEHAUL_API_KEY: 'sixteen-or-more-characters',
      LINEHAUL_URL: 'https://linehaul.example',
      AUDIT_KEEP: '90d',
      SECRETS_KEY: `new:${KEY}`,
      SECRETS_KEYS_OLD: `${KEY}, older:${KEY}`,
      OUTGOING_ALLOW: ' erp.internal, 10.1.0.0/16,fd12::1,',
      RATE_LIMIT_PER_MINUTE: '100',
      TRUST_PROXY: '10.0.0.1, fd00::/8',
      SMTP_HOST: 'mail.example',
      SMTP_PORT: '465',
      SMTP_TLS: 'tls',
      SMTP_USER: 'linehaul',
      SMTP_PASSWORD: 'hush',
      MAIL_FROM: 'Linehaul <linehaul@example.com>',
      LOG_LEVEL: 'warn',
      METRICS_TOKEN: 'token-of-the-scrape',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b%3D, x-team = freight',
      OTEL_SERVICE_NAME: 'linehaul-eu',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      HOME: '/root',
    }),
  ).toEqual({
    host: '::',
    port: 8080,
    databaseUrl: 'postgresql://me:secret@db.example/linehaul',
    dataDir: '/var/lib/linehaul',
    isSchedulerEnabled: false,
    apiKey: 'sixteen-or-more-characters',
    url: 'https://linehaul.example',
    auditKeep: '90d',
    secrets: { key: `new:${KEY}`, oldKeys: [KEY, `older:${KEY}`] },
    outgoingAllow: ['erp.internal', '10.1.0.0/16', 'fd12::1'],
    limits: { perMinute: 100, trustProxy: ['10.0.0.1', 'fd00::/8'] },
    ruleVariable: expect.any(Function),
    smtp: {
      ...{ host: 'mail.example', port: 465, tls: 'tls', user: 'linehaul', password: 'hush' },
      from: 'Linehaul <linehaul@example.com>',
    },
    logLevel: 'warn',
    metricsToken: 'token-of-the-scrape',
    traces: {
      endpoint: 'https://collector.example:4318',
      headers: { 'x-key': 'a b=', 'x-team': 'freight' },
      serviceName: 'linehaul-eu',
      ratio: 0.25,
    },
  })
})

test('the variables of rules are looked up by their names', () => {
  expect(readConfig({ FLEET_DEPOT_RADIUS: '5' }).ruleVariable('FLEET_DEPOT_RADIUS')).toBe('5')
})

test('a variable that is set to nothing counts as not set', () => {
  const set = readConfig({ PORT: '', DATABASE_URL: '', LINEHAUL_API_KEY: '', A_RULE: '' })
  expect(set).toEqual({ ...readConfig({}), ruleVariable: set.ruleVariable })
  expect(set.ruleVariable('A_RULE')).toBeUndefined()
})

test('a port of 0 asks for any free one', () => {
  expect(readConfig({ PORT: '0' }).port).toBe(0)
})

test.each([
  ['PORT', 'http'],
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['PORT', '80.5'],
  ['DATABASE_URL', 'mysql://localhost/db'],
  ['DATABASE_URL', 'postgres://['],
  ['LINEHAUL_API_KEY', 'short'],
  ['LINEHAUL_API_KEY', 'long enough, but with blanks'],
  ['LINEHAUL_URL', 'localhost'],
  ['METRICS_TOKEN', 'short'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'no-value'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'name=%zz'],
  ['OTEL_TRACES_SAMPLER_ARG', 'half'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
  ['LINEHAUL_URL', 'ftp://linehaul.example'],
  ['LOG_LEVEL', 'loud'],
  ['ENABLE_SCHEDULER', 'perhaps'],
  ['SECRETS_KEY', 'hush'],
  ['SECRETS_KEY', `a b:${KEY}`],
  ['SECRETS_KEYS_OLD', `${KEY},hush`],
  ['OUTGOING_ALLOW', '*.internal'],
  ['OUTGOING_ALLOW', '10.1.0.0/33'],
  ['OUTGOING_ALLOW', 'erp.internal/8'],
  ['OUTGOING_ALLOW', '10.1.2'],
  ['RATE_LIMIT_PER_MINUTE', '0'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '1'],
  ['SMTP_TLS', 'perhaps'],
  ['SMTP_PORT', '0'],
  ['MAIL_FROM', 'Linehaul'],
])('%s=%s is refused by its name', (name, value) => {
  expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} `))])
})

test('a mail server is asked for whom mails are from, and a user for the password', () => {
  expect(problemsOf({ SMTP_HOST: 'mail.example' })).toEqual([expect.stringMatching(/^MAIL_FROM is not set/)])
  const wrong = problemsOf({ SMTP_HOST: 'mail.example', MAIL_FROM: 'foo' })
  expect(wrong).toEqual([expect.stringMatching(/^MAIL_FROM is no/)])
  expect(problemsOf({ SMTP_USER: 'linehaul' })).toEqual([
    expect.stringMatching(/^SMTP_USER and SMTP_PASSWORD/),
  ])
})

test('of a list the entry is named that is wrong', () => {
  expect(problemsOf({ OUTGOING_ALLOW: 'erp.internal, http://erp.internal' })).toEqual([
    'OUTGOING_ALLOW has the entry "http://erp.internal", which is no host, address or range such as 10.1.0.0/16',
  ])
})

test('all that is wrong is named at once, a line each', () => {
  const environment = { PORT: 'x', LOG_LEVEL: 'loud', AUDIT_KEEP: 'soon' }
  expect(problemsOf(environment)).toHaveLength(3)
  expect(() => readConfig(environment)).toThrow(
    /^The environment cannot be used:\n {2}PORT .*\n {2}AUDIT_KEEP .*\n {2}LOG_LEVEL .*$/,
  )
})

test('what is wrong with a secret is told without the secret', () => {
  expect(problemsOf({ LINEHAUL_API_KEY: 'hush' }).join()).not.toContain('hush')
  expect(problemsOf({ DATABASE_URL: 'mysql://me:hush@db' }).join()).not.toContain('hush')
})

test('each default is one that could have been written', () => {
  const wrong = Object.entries<Variable>(DECLARATIONS).filter(
    ([, { schema, default: otherwise }]) => otherwise !== undefined && !schema.safeParse(otherwise).success,
  )
  expect(wrong.map(([name]) => name)).toEqual([])
})

test('what can be set is read into the configuration, all of it', () => {
  const read = new Set<string>()
  const watched = new Proxy({} as Settings, { get: (_, name) => void read.add(String(name)) })
  toConfig(watched, () => undefined)
  expect([...read].sort()).toEqual([...VARIABLES].sort())
})

test('what the configuration holds is used somewhere', async () => {
  const files = await readdir('src', { recursive: true })
  const sources = files.filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|testing|^config/.test(file))
  const texts = await Promise.all(sources.map((file) => readFile(path.join('src', file), 'utf8')))
  const isUsed = (name: string) => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text))
  expect(leavesOf(readConfig({})).filter((name) => !isUsed(name))).toEqual([])
})

function leavesOf(value: object): string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null ? leavesOf(inner) : [name],
  )
}

test('the file .env is read, and the real environment wins', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-env-'))
  await writeFile(path.join(folder, '.env'), 'PORT=1\nHOST=::1\nLOG_LEVEL=warn\n')
  for (const name of VARIABLES) vi.stubEnv(name, undefined)
  vi.stubEnv('PORT', '2')
  vi.stubEnv('HOST', '') // set to nothing: not set
  expect(readSurroundings(folder)).toMatchObject({ port: 2, host: '::1', logLevel: 'warn' })
  await writeFile(path.join(folder, '.env'), 'PORT: 1\nLOG_LEVEL=loud\n')
  expect(() => readSurroundings(folder)).toThrow(/:\n {2}.*\.env is wrong in line 1.*\n {2}LOG_LEVEL .*$/)
  await rm(folder, { recursive: true })
})
