import { describe, expect, test } from 'vitest'

import type { DatabaseFacts, Facts, JobFacts, MisfitFacts } from './facts.js'
import { judge } from './judge.js'
import { isWeak } from './judge-setup.js'

const GOOD_SECRET = 'q4Zb1xT9vK7pLs2uYw8dRf6hNj3mCa5e'

const database: DatabaseFacts = {
  server: { version: '16.2', major: 16, bytes: 5e9 },
  clock: { aheadMs: 3, withinMs: 2 },
  steps: [{ part: 'queue', number: 1, name: 'job', state: 'applied', appliedAt: new Date(0) }],
  tables: [{ table: 'job', liveRows: 10, deadRows: 2_000, bytes: 1e6 }],
  oldest: { pid: 7, program: 'app', ageMs: 40 },
  sessions: [1, 2, 3],
}

const worker = { host: 'a', pid: 1, queues: ['default'], ticks: true, silentMs: 1_000 }

const jobs: JobFacts = {
  workers: [worker],
  leaderSilentMs: 500,
  depths: [],
  orphans: 0,
  held: 0,
  forsaken: 0,
  mails: {
    ...{ kept: 0, keptTenantId: '', inDoubt: 0, inDoubtTenantId: '' },
    ...{ sent: 200, failed: 3, failedTenantId: 'acme' },
  },
  webhooks: {
    ...{ total: 2, unsteady: 0, disabled: 0, disabledBecause: '', disabledTenantId: '' },
    ...{ failing: 0, failingMs: 0, failingTenantId: '' },
  },
  misfits: { found: [], isCapped: false },
  dead: { lastHour: 0, lastDay: 0, total: 0 },
  stops: [],
  late: [],
  secrets: { current: 1, old: 0, unknown: 0 },
  unreadable: { secrets: 0, keyIds: [], hasSigning: false, webhooks: 0, others: 0 },
}

const facts: Facts = {
  setup: { kind: 'server', problems: [], secrets: [], dataDir: undefined, node: '22.1.0' },
  disk: undefined,
  mailServer: { address: 'mail.example:587', obstacle: undefined },
  database,
  jobs,
}

const withSetup = (setup: Partial<Facts['setup']>): Facts => ({
  ...facts,
  setup: { ...facts.setup, ...setup },
})
const withDatabase = (some: Partial<DatabaseFacts>): Facts => ({
  ...facts,
  database: { ...database, ...some },
})
const withJobs = (some: Partial<JobFacts>): Facts => ({ ...facts, jobs: { ...jobs, ...some } })
const withDisk = (freeBytes: number): Facts => ({ ...withSetup({ dataDir: '/data' }), disk: { freeBytes } })
const waiting = (queue: string, oldestMs: number) => ({
  ...{ queue, name: 'a.b', state: 'waiting' as const, count: 4, isCapped: false, oldestMs },
})
const withMails = (some: Partial<JobFacts['mails']>) => withJobs({ mails: { ...jobs.mails, ...some } })
const withWebhooks = (some: Partial<JobFacts['webhooks']>) =>
  withJobs({ webhooks: { ...jobs.webhooks, ...some } })
const withMisfits = (found: readonly MisfitFacts[], isCapped = false) =>
  withJobs({ misfits: { found, isCapped } })
const unreadable = (some: Partial<JobFacts['unreadable']>) =>
  withJobs({ unreadable: { secrets: 2, keyIds: ['k1'], hasSigning: false, webhooks: 0, others: 0, ...some } })
const misfit = (name: string, why: MisfitFacts['why'], tenantId: string | null = 'acme') => ({
  ...{ name, why, tenantId },
})
const secret = (value: string | undefined, without?: string) => ({ name: 'JWT_SECRET', value, without })

test('where all is well nothing is to be done', () => {
  const { level, findings } = judge(facts)
  expect(findings.filter((finding) => finding.level !== 'ok' || finding.advice !== null)).toEqual([])
  expect(level).toBe('ok')
})

describe('what is told as', () => {
  test.each<[string, string, RegExp, Facts]>([
    ['error', 'node', /20\.18\.0 is too old/, withSetup({ node: '20.18.0' })],
    [
      'warning',
      'secrets',
      /is not set: tokens end/,
      withSetup({ secrets: [secret(undefined, 'tokens end')] }),
    ],
    ['warning', 'secrets', /can be guessed/, withSetup({ secrets: [secret('hunter2')] })],
    ['warning', 'disk', /6 GB are free/, withDisk(6e9)],
    ['error', 'disk', /50 MB are free/, withDisk(5e7)],
    ['error', 'database', /no answer/, { ...facts, database: { fault: 'no answer' }, jobs: undefined }],
    ['error', 'database', /too old/, withDatabase({ server: { version: '13.1', major: 13, bytes: 1 } })],
    ['warning', 'clock', /5 s ahead of/, withDatabase({ clock: { aheadMs: 5_000, withinMs: 20 } })],
    ['error', 'clock', /5 min behind/, withDatabase({ clock: { aheadMs: -300_000, withinMs: 20 } })],
    ['error', 'pooler', /share one session/, withDatabase({ sessions: [5, 5, 5] })],
    [
      'warning',
      'bloat',
      /linehaul\.job holds 200000 dead rows/,
      withDatabase({ tables: [{ table: 'job', liveRows: 9, deadRows: 200_000, bytes: 1e9 }] }),
    ],
    [
      'warning',
      'transactions',
      /of psql \(process 7 .* open for 3 h/,
      withDatabase({ oldest: { pid: 7, program: 'psql', ageMs: 3 * 3_600_000 } }),
    ],
    ['warning', 'jobs', /not looked at/, { ...facts, jobs: undefined }],
    ['warning', 'jobs', /not looked at: it broke/, { ...facts, jobs: { fault: 'it broke' } }],
    ['warning', 'workers', /No worker lives/, withJobs({ workers: [{ ...worker, silentMs: 60_000 }] })],
    ['error', 'leader', /none of them leads/, withJobs({ leaderSilentMs: undefined })],
    [
      'error',
      'queues',
      /4 jobs in the queue slow wait.* 2 min/,
      withJobs({ depths: [waiting('slow', 120_000)] }),
    ],
    [
      'error',
      'queues',
      /^1 job in the queue slow waits, /,
      withJobs({ depths: [{ ...waiting('slow', 120_000), count: 1 }] }),
    ],
    ['error', 'leases', /2 jobs are said to run/, withJobs({ orphans: 2 })],
    ['warning', 'leases', /1 job is said to run/, withJobs({ orphans: 1, workers: [] })],
    ['warning', 'held', /at least 10000 jobs are held/, withJobs({ held: 10_000 })],
    [
      'warning',
      'mails',
      /Of 2 mails, above all of the tenant acme, nobody knows/,
      withMails({ inDoubt: 2, inDoubtTenantId: 'acme' }),
    ],
    [
      'warning',
      'mails',
      /^1 mail, of the tenant acme, is kept from when there was no mail server, and is not sent by itself\.$/,
      withMails({ kept: 1, keptTenantId: 'acme' }),
    ],
    [
      'warning',
      'mails',
      /^at least 10000 mails, above all of the tenant acme, are kept, for there is no mail server/,
      { ...withMails({ kept: 10_000, keptTenantId: 'acme' }), mailServer: undefined },
    ],
    [
      'warning',
      'mails',
      /9 were sent, and 1 failed, of the tenant acme\.$/,
      withMails({ sent: 9, failed: 1 }),
    ],
    [
      'error',
      'mail server',
      /^mail\.example:587 takes no mails from here: it is away\.$/,
      { ...facts, mailServer: { address: 'mail.example:587', obstacle: 'it is away' } },
    ],
    [
      'warning',
      'webhooks',
      /^2 webhooks were disabled, the first of the tenant acme: Nothing has arrived\. .* for them\.$/,
      withWebhooks({ disabled: 2, disabledBecause: 'Nothing has arrived.', disabledTenantId: 'acme' }),
    ],
    [
      'warning',
      'webhooks',
      /^1 webhook was disabled, of the tenant acme: The receiver answered 410\. .* for it\.$/,
      withWebhooks({ disabled: 1, disabledBecause: 'The receiver answered 410.', disabledTenantId: 'acme' }),
    ],
    [
      'error',
      'configuration',
      /^No process can be started with it: A is not a number; B is not a text\.$/,
      withSetup({ problems: ['A is not a number', 'B is not a text'] }),
    ],
    [
      'warning',
      'webhooks',
      /^At 1 webhook nothing arrives, at the first, of the tenant acme, for 5 h\./,
      withWebhooks({ failing: 1, failingMs: 5 * 3_600_000, failingTenantId: 'acme' }),
    ],
    ['error', 'webhooks', /^2 webhooks are sent nothing, for what signs/, unreadable({ webhooks: 2 })],
    [
      'warning',
      'rules',
      /^Rules are kept that change nothing: a\.b of the tenant acme \(nothing of that name can be set any more\), a\.c of all tenants \(the value does not fit any more\)\.$/,
      withMisfits([misfit('a.b', 'undeclared'), misfit('a.c', 'unfit', null)]),
    ],
    [
      'warning',
      'rules',
      /^Rules are kept, of the newest 10000 that are not over, that .*: a\.b of the tenant acme \(one value holds for all tenants now\), .*, and 2 more\.$/,
      withMisfits(
        ['a.b', 'a.c', 'a.d', 'a.e', 'a.f'].map((name) => misfit(name, 'of-one-tenant')),
        true,
      ),
    ],
    ['error', 'flows', /3 jobs are blocked/, withJobs({ forsaken: 3 })],
    ['warning', 'dead', /40 jobs died/, withJobs({ dead: { lastHour: 40, lastDay: 50, total: 90 } })],
    [
      'warning',
      'scheduler',
      /of all tenants was stopped by user:1/,
      withJobs({ stops: [{ tenantId: '', by: 'user:1', at: new Date(0) }] }),
    ],
    [
      'warning',
      'scheduler',
      /a\.b\/nightly of the tenant acme is 5 min late/,
      withJobs({ late: [{ schedule: 'a.b/nightly', tenantId: 'acme', lateMs: 300_000 }] }),
    ],
    [
      'error',
      'stored secrets',
      /^2 stored secrets cannot be read: .* SECRETS_KEY is not set\. .* nobody can sign in.*; what uses 1 secret/,
      unreadable({ hasSigning: true, others: 1 }),
    ],
    [
      'warning',
      'stored secrets',
      /2 of the stored .* old key/,
      withJobs({ secrets: { current: 0, old: 2, unknown: 0 } }),
    ],
  ])('%s of %s: %s', (level, check, what, given) => {
    const found = judge(given).findings.filter((finding) => finding.level !== 'ok')
    expect(found).toContainEqual({
      check,
      level,
      what: expect.stringMatching(what),
      advice: expect.any(String),
    })
    expect(judge(given).level).not.toBe('ok')
  })
})

test.each([
  [false, 'Every rule that is not over can be used.'],
  [true, 'Every rule of the newest 10000 that are not over can be used.'],
])(
  'that every rule can be used is said of those alone that were looked at (there are more: %s)',
  (isCapped, what) => {
    expect(judge(withMisfits([], isCapped)).findings).toContainEqual(
      expect.objectContaining({ check: 'rules', what }),
    )
  },
)

test.each<[string, RegExp, Facts]>([
  ['webhooks', /^There is none\.$/, withWebhooks({ total: 0 })],
  ['webhooks', /^2 webhooks, at which nothing fails\.$/, facts],
  ['webhooks', /^3 webhooks; at 1 of them the last event did not/, withWebhooks({ total: 3, unsteady: 1 })],
  ['dead', /^0 jobs died .*; 1 job is dead\.$/, withJobs({ dead: { lastHour: 0, lastDay: 0, total: 1 } })],
  ['dead', /^1 job died .*; 2 jobs are dead\.$/, withJobs({ dead: { lastHour: 1, lastDay: 1, total: 2 } })],
])('%s that are well: %s', (check, what, given) => {
  expect(judge(given).findings).toContainEqual({
    ...{ check, level: 'ok', advice: null },
    what: expect.stringMatching(what),
  })
})

describe('a key for secrets', () => {
  const key = (value: string | undefined) => ({ name: 'SECRETS_KEY', value, without: 'it is needed' })
  const adviceOf = (given: Facts) =>
    judge(given).findings.flatMap(({ check, advice }) => (check === 'secrets' ? [advice] : []))
  const former = 'Set SECRETS_KEY to the key that was in use before, and start again.'
  const anew = 'Set SECRETS_KEY to the output of `openssl rand -base64 32` and start again.'
  const stored = (some: Partial<JobFacts['secrets']>): Facts => ({
    ...withJobs({ secrets: { current: 0, old: 0, unknown: 0, ...some } }),
    setup: { ...facts.setup, secrets: [key(undefined)] },
  })

  test.each<[string, string, Facts]>([
    ['nothing is stored', anew, stored({})],
    ['something is stored that cannot be read', former, stored({ unknown: 1 })],
    ['something is stored under an old key', former, stored({ old: 1 })],
    ['nobody knows', `${former} If there was none: ${anew}`, { ...stored({}), jobs: undefined }],
    ['nobody could look', `${former} If there was none: ${anew}`, { ...stored({}), jobs: { fault: 'away' } }],
  ])('that is missing is drawn anew only where nothing lies under another: %s', (_, advice, given) => {
    expect(adviceOf(given)).toEqual([advice])
  })

  test('that can be guessed is kept for what lies under it', () => {
    expect(adviceOf(withSetup({ secrets: [key('hunter2')] }))).toEqual([
      `Put it into SECRETS_KEYS_OLD, for what is stored lies under it. ${anew}`,
    ])
  })
})

describe('commands that are advised', () => {
  const adviceOf = (given: Facts) => judge(given).findings.flatMap(({ advice }) => advice ?? [])
  const failing = { failing: 1, failingMs: 5 * 3_600_000 }

  test.each<[string, (tenantId: string) => Facts]>([
    ['mails that are kept', (keptTenantId) => withMails({ kept: 2, keptTenantId })],
    [
      'mails that are kept without a mail server',
      (keptTenantId) => ({ ...withMails({ kept: 2, keptTenantId }), mailServer: undefined }),
    ],
    ['mails in doubt', (inDoubtTenantId) => withMails({ inDoubt: 2, inDoubtTenantId })],
    ['mails that failed', (failedTenantId) => withMails({ sent: 1, failed: 2, failedTenantId })],
    ['a webhook that is disabled', (disabledTenantId) => withWebhooks({ disabled: 1, disabledTenantId })],
    ['a webhook that fails', (failingTenantId) => withWebhooks({ ...failing, failingTenantId })],
  ])('for %s say of which tenant they need a key, where they would act in another', (_, given) => {
    expect(adviceOf(given('acme'))).toEqual([
      expect.stringMatching(/ a key of the tenant acme for that: add --key\.$/),
    ])
    expect(adviceOf(given('default'))).toEqual([expect.not.stringContaining('--key')])
  })
})

test('what to do about a database that is not there may be known', () => {
  const database = { fault: 'There is none.', advice: 'Make one.' }
  expect(judge({ ...facts, database, jobs: undefined }).findings).toContainEqual({
    ...{ check: 'database', level: 'error', what: 'There is none.', advice: 'Make one.' },
  })
})

describe('what is none of it', () => {
  test.each<[string, Facts]>([
    ['a queue that is served', withJobs({ depths: [waiting('default', 600_000)] })],
    ['a line of a moment', withJobs({ depths: [waiting('slow', 2_000)] })],
    ['deaths as usual', withJobs({ dead: { lastHour: 40, lastDay: 24 * 40, total: 5_000 } })],
    [
      'clocks that differ by no more than the question took',
      withDatabase({ clock: { aheadMs: 4_000, withinMs: 3_900 } }),
    ],
    ['a secret that need not be set', withSetup({ secrets: [secret(undefined)] })],
    ['a mail server that is not there, where nothing is kept', { ...facts, mailServer: undefined }],
    ['a mail in a hundred that failed', withMails({ sent: 99, failed: 1 })],
    ['a good one', withSetup({ secrets: [secret(GOOD_SECRET)] })],
  ])('%s', (_, given) => {
    expect(judge(given).level).toBe('ok')
  })

  test('to webhooks: secrets of others that cannot be read', () => {
    const { findings } = judge(unreadable({ hasSigning: true, others: 1 }))
    expect(findings.filter(({ check }) => check === 'webhooks').map(({ level }) => level)).toEqual(['ok'])
  })

  test('a late schedule of a scheduler that is stopped', () => {
    const stop = { tenantId: 'acme', by: 'user:1', at: new Date(0) }
    const late = { schedule: 'a.b/c', tenantId: 'acme', lateMs: 1e6 }
    const { findings } = judge(withJobs({ stops: [stop], late: [late] }))
    expect(findings.filter(({ check }) => check === 'scheduler')).toHaveLength(1)
  })
})

test.each([
  ['unknown', /has queue\/1-job, which this version does not know/],
  ['changed', /was applied with another text/],
  ['waiting', /1 of 1 migrations waits: /],
] as const)('a schema with a step that is %s is an error', (state, what) => {
  const [step] = database.steps
  const { findings } = judge(withDatabase({ steps: [{ ...step!, state }] }))
  expect(findings).toContainEqual(
    expect.objectContaining({ check: 'schema', level: 'error', what: expect.stringMatching(what) }),
  )
})

test('no secret is told, however weak', () => {
  expect(JSON.stringify(judge(withSetup({ secrets: [secret('hunter2')] })))).not.toContain('hunter2')
})

test.each([
  ['short', true],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', true],
  ['my-secret-for-production-2026', true],
  [GOOD_SECRET, false],
])('%s is weak: %s', (text, weak) => {
  expect(isWeak(text)).toBe(weak)
})
