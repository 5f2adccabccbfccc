import path from 'node:path'

import { expect, test } from 'vitest'

import { createKeyring } from '../../access/index.js'
import { signingSecret } from '../../access/session/signing-secret.js'
import type { Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { schema } from '../../schema.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { systemClock } from '../../time/index.js'
import { isFault } from './facts.js'
import { gather } from './gather.js'

const SECRETS_KEY = Buffer.alloc(32, 7).toString('base64')
const keyring = createKeyring({ key: undefined, oldKeys: [] })
const setup = { kind: 'embedded', problems: [], secrets: [], dataDir: undefined, node: '22.1.0' } as const

const around = {
  schema,
  setup,
  keyring,
  clock: systemClock,
  mailServer: undefined,
  findMisfits: async () => ({ found: [], isCapped: false }),
}

const look = (database: Database, clock = systemClock) => gather({ ...around, database, clock })

/** One of each kind that a doctor looks for. */
const ILL = `
INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts,
                          worker_id, fence, claimed_at)
SELECT gen_random_uuid(), 'default', 'default', 'a.b', '{}', state, 5, now() - interval '2 hours', now() - interval '2 hours', 1,
       holder, holder, CASE WHEN holder IS NOT NULL THEN now() - interval '1 hour' END
FROM (VALUES ('waiting', NULL), ('held', NULL), ('blocked', NULL), ('running', gen_random_uuid())) AS ill (state, holder)`

const ILL_WAIT = `
INSERT INTO linehaul.job_wait (waiter_id, awaited_id, position)
SELECT id, gen_random_uuid(), 0 FROM linehaul.job WHERE state = 'blocked'`

const ILL_SCHEDULE = `
INSERT INTO linehaul.schedule (job_name, schedule_name, tenant_id, cron, time_zone, next_at)
VALUES ('a.b', 'nightly', 'default', '0 0 * * *', 'UTC', now() - interval '1 hour')`

const ILL_SCHEDULER = `
INSERT INTO linehaul.scheduler (tenant_id, is_stopped, changed_at, changed_by) VALUES ('acme', true, now(), 'user:1')`

const ILL_MAILS = `
INSERT INTO linehaul.delivery (id, tenant_id, cause, channel, recipient, state, sent_at, created_at, claim, job_id, job_attempt)
SELECT gen_random_uuid(), 'default', gen_random_uuid()::text, channel, 'jo@example.com', state, now(), now() - age,
       gen_random_uuid(), gen_random_uuid(), 1
FROM (VALUES ('email', 'kept', interval '9 days'), ('email', 'in-doubt', '1 hour'), ('email', 'sending', '1 hour'),
             ('email', 'sent', '1 hour'), ('email', 'failed', '2 days'), ('email', 'failed', '4 days'), ('webhook', 'failed', '1 hour')
     ) AS ill (channel, state, age)`

const ILL_WEBHOOKS = `
INSERT INTO linehaul.webhook (id, tenant_id, url, events, description, is_enabled, disabled_because, failing_since, created_by)
SELECT gen_random_uuid(), 'default', 'https://hush.example', '{*}', '', is_enabled, because, now() - age, 'user:1'
FROM (VALUES (true, NULL, NULL), (true, NULL, interval '5 minutes'), (true, NULL, interval '5 hours'), (false, NULL, NULL),
             (false, 'Nothing has arrived.', interval '30 hours')
     ) AS ill (is_enabled, because, age)`

/** It was elected an hour ago, and lives. */
const LEADER = `
WITH living AS (
  INSERT INTO linehaul.worker (id, host, pid, queues, concurrency, started_at, heartbeat_at)
  VALUES (gen_random_uuid(), 'h', 7, '{default}', 3, now() - interval '1 hour', now())
  RETURNING id, started_at
)
INSERT INTO linehaul.leader (worker_id, elected_at, renewed_at, schedules) SELECT id, started_at, started_at, '{}' FROM living`

onEachDatabase((database, kind) => {
  test('a new database answers every question, and has nothing to tell', async () => {
    const { database: facts, jobs } = await look(database())
    if (isFault(facts) || jobs === undefined || isFault(jobs)) throw new Error('nothing may be left unasked')
    expect(facts.steps.filter(({ state }) => state !== 'applied')).toEqual([])
    expect(Math.abs(facts.clock.aheadMs)).toBeLessThanOrEqual(facts.clock.withinMs + 1_000)
    expect(new Set(facts.sessions).size).toBe(kind === 'server' ? 3 : 0)
    expect(jobs).toMatchObject({ orphans: 0, held: 0, forsaken: 0, dead: { total: 0 }, stops: [], late: [] })
  })

  test('what tokens are signed with is missed where the configuration sets no other', async () => {
    const lost = createKeyring({ key: SECRETS_KEY, oldKeys: [] })
    await signingSecret(database(), lost, undefined)()
    const secrets = [{ name: 'JWT_SECRET', value: 'given', without: undefined }]
    const given = await gather({ ...around, setup: { ...setup, secrets }, database: database() })
    expect(given.jobs).toMatchObject({ unreadable: { secrets: 0, hasSigning: false } })
    const { jobs } = await look(database())
    expect(jobs).toMatchObject({
      unreadable: { secrets: 1, hasSigning: true, keyIds: [lost.current?.id] },
    })
  })

  test('what is ill is found', async () => {
    const ills = [ILL, ILL_WAIT, ILL_SCHEDULE, ILL_SCHEDULER, ILL_MAILS, ILL_WEBHOOKS]
    for (const sql of ills) await database().query(sql)
    const { jobs } = await look(database())
    expect(jobs).toMatchObject({
      ...{ orphans: 1, held: 1, forsaken: 1, workers: [] },
      stops: [{ tenantId: 'acme', by: 'user:1' }],
      late: [{ schedule: 'a.b/nightly', tenantId: 'default' }],
      mails: { kept: 1, inDoubt: 2, sent: 1, failed: 1 },
      webhooks: { total: 5, disabled: 1, disabledBecause: 'Nothing has arrived.', unsteady: 2, failing: 1 },
    })
    const { failingMs = 0 } = jobs && !isFault(jobs) ? jobs.webhooks : {}
    expect(Math.round(failingMs / 3_600_000)).toBe(5)
    expect(jobs).toHaveProperty(
      'depths',
      expect.arrayContaining([expect.objectContaining({ state: 'waiting' })]),
    )
  })

  test('who leads an embedded database leads as long as it lives, though it says so but once', async () => {
    await database().query(LEADER)
    const { jobs } = await look(database())
    const silentMs = jobs && !isFault(jobs) ? jobs.leaderSilentMs : undefined
    expect(Math.round(Number(silentMs) / 60_000)).toBe(kind === 'embedded' ? 0 : 60)
  })

  test('a clock that is slow is measured by the database', async () => {
    const { database: facts } = await look(database(), new FakeClock())
    if (isFault(facts)) throw new Error(facts.fault)
    expect(Math.abs(facts.clock.aheadMs)).toBeGreaterThan(60_000)
  })
})

test('a database that cannot be opened is a fact like others', async () => {
  const facts = await gather({ ...around, database: { fault: 'away' } })
  expect(facts).toMatchObject({ database: { fault: 'away' }, jobs: undefined })
})

test('of a folder that is not there yet the disk is looked at that it will be on', async () => {
  const dataDir = path.join(import.meta.dirname, 'not', 'there')
  const { disk } = await gather({ ...around, setup: { ...setup, dataDir }, database: { fault: 'none' } })
  expect(disk).toMatchObject({ freeBytes: expect.any(Number) })
})

test('a mail server is asked, database or not, and is given up after 5 seconds', async () => {
  const clock = new FakeClock()
  const mailServer = {
    address: 'mail.example:25',
    findObstacle: (signal: AbortSignal) =>
      new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve('it is silent'))),
  }
  const looking = gather({ ...around, database: { fault: 'away' }, clock, mailServer })
  clock.advance('5s')
  expect(await looking).toMatchObject({
    mailServer: { address: 'mail.example:25', obstacle: 'it is silent' },
  })
})

test.each<[string, () => Promise<undefined>]>([
  ['has answered', async () => undefined],
  ['could not be asked', () => Promise.reject(new Error('not even begun'))],
])('nobody goes on waiting for a mail server that %s', async (_, findObstacle) => {
  const clock = new FakeClock()
  const mailServer = { address: 'mail.example:25', findObstacle }
  await gather({ ...around, database: { fault: 'away' }, clock, mailServer }).catch(() => undefined)
  expect(clock.pendingAlarms).toBe(0)
})
