import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { beforeAll, expect, test } from 'vitest'

import type { Report } from '../../src/instance/index.js'
import { HookListener } from '../../src/notifications/testing/hook-listener.js'
import { aShipment, type Job } from './freight-data.js'
import { KEY, onEachRunningApp, untilSent } from './running-app.js'
import { runHere } from './run-here.js'

onEachRunningApp(
  (running) => {
    const linehaul = (...words: string[]) => runHere([...words, '--url', running().url, '--key', KEY])

    /** What a command says; it has to do it. */
    async function said(...words: string[]): Promise<string> {
      const { code, output, errors } = await linehaul(...words)
      expect({ code, errors }).toEqual({ code: 0, errors: '' })
      return output
    }

    async function asJson<Answer>(...words: string[]): Promise<Answer> {
      return JSON.parse(await said(...words, '--json')) as Answer
    }

    let id: string
    beforeAll(async () => {
      for (const customer of ['ACME', 'Bolt', 'Cargo'])
        await running().caller.post('/api/v1/shipments', aShipment({ customer }))
      const [job] = await asJson<Job[]>('jobs', 'list', '--state', 'scheduled')
      id = job?.id ?? ''
    })

    test('jobs are shown as a table with as many rows as asked for, and as one JSON array', async () => {
      const table = (await said('jobs', 'list', '--limit', '2')).split('\n')
      expect(table[0]).toMatch(/^ID +NAME +QUEUE +STATE +ATTEMPT +RUN AT +ERROR$/)
      expect(table[1]).toMatch(/^\S{36} +freight\.analyze-patterns +pattern +scheduled +0\/3 +\d{4}-\S+Z$/)
      expect(table.slice(3)).toEqual(['… and more: add --limit 20, or --all.', ''])
      expect(await asJson('jobs', 'list', '--limit', '2')).toMatchObject([{ state: 'scheduled' }, {}])
      expect(await asJson<Job[]>('jobs', 'list', '--all')).toEqual(await asJson('jobs', 'list'))
    })

    test('one job is shown whole', async () => {
      expect(await said('jobs', 'show', id)).toMatch(
        new RegExp(`^id +${id}\nname +freight.analyze-patterns\nqueue +pattern\n[^]*\npayload +{"`),
      )
      expect(await asJson('jobs', 'show', id)).toMatchObject({ id, state: 'scheduled', attempts: [] })
    })

    test('a job tells why it does not run', async () => {
      expect(await said('jobs', 'explain', id)).toMatch(/^\S[^\n]+\.\n$/)
      expect(await asJson('jobs', 'explain', id)).toMatchObject({ jobId: id, state: 'scheduled' })
    })

    test('a job is cancelled, and run again', async () => {
      expect(await said('jobs', 'cancel', id)).toBe(`The job ${id} is cancelled.\n`)
      const { app } = running()
      const ended = app.engine.signals.next('attempt.ended', ({ jobId }) => jobId === id)
      expect(await said('jobs', 'retry', id)).toMatch(new RegExp(`^The job ${id} is (waiting|running)\\.\n$`))
      await ended
      expect(await said('jobs', 'show', id)).toMatch(
        /\nresult +\S[^]*\n\nATTEMPT +STARTED +ENDED +WORKER +ERROR\n/,
      )
    })

    test('the jobs of each queue are counted', async () => {
      const [headings, ...rows] = (await said('queues', 'list')).split('\n')
      expect(headings).toMatch(/^QUEUE +WAITING +RUNNING +SCHEDULED +BLOCKED +HELD +DEAD +PAUSED$/)
      expect(rows.join('\n')).toMatch(/^pattern( +\d+){6}$/m)
      expect(await asJson('queues', 'list')).toContainEqual(expect.objectContaining({ queue: 'pattern' }))
    })

    test('a queue is paused, with the reason beside it, and goes on', async () => {
      for (const scope of [[], ['--all-tenants']]) {
        const pause = ['queues', 'pause', 'pattern', '--reason', 'a move', ...scope]
        expect(await said(...pause)).toBe('The queue pattern is paused.\n')
        expect(await said('queues', 'list')).toMatch(/^pattern( +\d+){6} +by api-key:\S+: a move$/m)
        expect(await said('queues', 'resume', 'pattern', ...scope)).toBe('The queue pattern goes on.\n')
      }
      expect(await linehaul('queues', 'resume', 'pattern')).toMatchObject({ code: 1, output: '' })
    })

    test('a queue that is paused for all as well does not go on, and the command says so', async () => {
      await said('queues', 'pause', 'pattern', '--reason', 'a move', '--all-tenants')
      await said('queues', 'pause', 'pattern')
      expect(await said('queues', 'resume', 'pattern')).toMatch(
        /^The queue pattern is still paused by api-key:\S+: a move\n$/,
      )
      expect(await asJson('queues', 'resume', 'pattern', '--all-tenants')).toMatchObject({ paused: false })
    })

    test('dead jobs are listed, counted and replayed', async () => {
      const [, other] = await asJson<Job[]>('jobs', 'list', '--state', 'scheduled')
      await running().app.engine.operator.bury('default', other?.id ?? '', 'it is of no use')
      expect(await said('dead', 'list', '--queue', 'pattern')).toMatch(
        new RegExp(`^ID +NAME +QUEUE +ATTEMPT +DIED +ERROR\n${other?.id} .*JOBS_BURIED: it is of no use\n$`),
      )
      expect(await said('dead', 'list', '--queue', 'critical')).toBe('No dead jobs.\n')
      expect(await said('dead', 'replay', '--all', '--dry-run')).toBe('This would replay 1 dead job.\n')
      expect(await asJson('dead', 'replay', '--all', '--dry-run')).toMatchObject({ count: 1, jobId: null })
      expect(await asJson('dead', 'replay', other?.id ?? '')).toMatchObject({ id: other?.id })
      expect(await said('dead', 'replay', '--all', '--name', 'freight.expire-suggestions')).toMatch(
        /^The job \S+ replays 0 dead jobs\.\n$/,
      )
    })

    test.each([
      [['dead', 'replay'], /name the id of one, or add --all/],
      [['dead', 'replay', 'x', '--queue', 'pattern'], /leave out --all, --name, --queue and --dry-run/],
      [['dead', 'replay', '--all', '--data', '{}'], /One payload is for one job/],
      [['dead', 'replay', 'x', '--data', '{'], /Write JSON, such as/],
      [['rules', 'set', 'x.y', '1', '--until', 'soon'], /Write a time from now such as 90d/],
      [['rules', 'set', 'x.y', '1', '--until', '2021-01-01T00:00:00Z'], /That is over: it is \d/],
      [
        ['rules', 'set', 'freight.warp', '1'],
        /No rule is declared as "freight\.warp".* `linehaul rules declared` lists all/,
      ],
      [['rules', 'effective', 'freight.warp'], /No rule is declared as "freight\.warp"/],
      [['rules', 'upcoming', '--until', '2021-01-01T00:00:00Z'], /That is over: it is \d/],
      [['keys', 'revoke', 'x'], /^Revoke the key x for good\? Add --yes if so/],
      [
        ['mails', 'list', '--state', 'lost'],
        /Allowed choices are pending, kept, sending, sent, failed, in-doubt/,
      ],
      [['webhooks', 'remove', 'x'], /^Remove the webhook x for good\? Add --yes if so/],
      [['webhooks', 'create', 'https://example.com'], /required option '--events <patterns>' not specified/],
      [['keys', 'create', 'ci'], /required option '--role <role>' not specified/],
      [
        ['keys', 'create', 'ci', '--role', 'viewer', '--expires', 'soon'],
        /Write a time from now such as 90d/,
      ],
      [['work'], /work takes no --url, no --key/],
    ])('%j is not understood: exit code 2', async (words, sentence) => {
      const { code, output, errors } = await linehaul(...words)
      expect({ code, output }).toEqual({ code: 2, output: '' })
      expect(errors).toMatch(sentence)
    })

    test('a wrong word is told the nearest one', async () => {
      for (const [words, nearest] of [
        [['jbos'], 'jobs'],
        [['jobs', 'lits'], 'list'],
      ] as const) {
        const { code, errors } = await linehaul(...words)
        expect({ code, errors }).toEqual({
          code: 2,
          errors: expect.stringContaining(`Did you mean ${nearest}?`),
        })
      }
    })

    test('what is not there is exit code 1, in the words of the API', async () => {
      const { code, errors, output } = await linehaul('jobs', 'show', '01890a5d-ac96-774b-bcce-b302099a8057')
      expect({ code, output }).toEqual({ code: 1, output: '' })
      expect(errors).toMatch(/^\S[^\n]*01890a5d[^\n]*\n$/)
    })

    test('schedules are listed, looked ahead, paused, resumed and run', async () => {
      const [{ id: schedule = '' } = {}] = await asJson<{ id: string }[]>('schedules', 'list')
      expect(await said('schedules', 'list', '--limit', '1')).toMatch(
        /^ID +WHEN +NEXT +LAST +DECLARED\n\S+\/\S+ +[\d*].* by code\n/,
      )
      expect(await said('schedules', 'next', schedule, '--count', '2')).toMatch(/^(\d{4}-\S+Z\n){2}$/)
      expect(await said('schedules', 'pause', schedule, '--reason', 'a holiday')).toBe(
        `${schedule} is paused.\n`,
      )
      expect(await said('schedules', 'list')).toMatch(/ paused /)
      expect(await said('schedules', 'resume', schedule)).toMatch(/ goes on: next at \d{4}-/)
      expect(await said('schedules', 'run', schedule)).toMatch(
        new RegExp(`^${schedule} runs: job \\S+\\.\n$`),
      )
    })

    test('a setting is looked at, set, and its rule taken back', async () => {
      const name = 'freight.pattern.min_frequency'
      expect(await said('rules', 'list')).toBe('No rules.\n')
      expect(await said('rules', 'declared')).toMatch(
        /^RULE +TAKES +DEFAULT +UNIT +WHAT\n[^]*\nfreight\.pattern\.min_frequency +a whole number from 1 to 100 +3 +occurrences +\S/,
      )
      expect(await said('rules', 'effective', name)).toMatch(
        /^RULE +VALUE +FROM +WHY\nfreight\.pattern\.min_frequency +3 +default +\S.*\n$/,
      )
      const { id = '' } = await asJson<{ id: string }>('rules', 'set', name, '4', '--draft')
      expect(await said('rules', 'activate', id)).toBe(`The rule ${id} of ${name} is active.\n`)
      expect(await asJson('rules', 'effective', name)).toMatchObject([{ rule_value: 4, source: 'tenant' }])
      expect(await said('rules', 'revoke', id)).toBe(`The rule ${id} of ${name} is revoked.\n`)
      expect(await asJson('rules', 'effective', name)).toMatchObject([{ rule_value: 3, source: 'default' }])
      expect(await said('rules', 'history', name)).toMatch(new RegExp(`^ID .*\n${id} .* revoked .*\n$`))
      expect(await linehaul('rules', 'set', name, 'many')).toMatchObject({
        code: 1,
        errors: `"${name}" takes a whole number from 1 to 100.\n`,
      })
      expect(await linehaul('rules', 'revoke', 'x')).toMatchObject({
        code: 1,
        errors: 'id must be a UUID.\n',
      })
    })

    test('whoever sets something is told for whom, instead of what, and what comes before it', async () => {
      const name = 'freight.pattern.analysis_window_days'
      expect(await said('rules', 'set', name, '70', '--draft')).toMatch(
        new RegExp(`^${name} is 70 for this tenant from \\S+Z on, once it is activated: rule \\S+\\.\n$`),
      )
      expect(await asJson('rules', 'effective', name)).toMatchObject([{ rule_value: 90 }])
      expect(await asJson('rules', 'effective', name, '--drafts')).toMatchObject([{ rule_value: 70 }])
      const own = await said('rules', 'set', name, '60')
      expect(own).toMatch(
        new RegExp(`^${name} is 60 for this tenant from \\S+Z on, instead of 90: rule \\S+\\.\n$`),
      )
      expect(await said('rules', 'set', name, '30', '--all-tenants')).toMatch(
        new RegExp(
          `^${name} is 30 for all tenants from \\S+Z on: rule \\S+\\. But in this tenant 60 holds then\\. The tenant's own rule comes before one for all tenants\\.\n$`,
        ),
      )
      expect(await said('rules', 'list', '--name', name, '--scope', 'instance')).toMatch(
        /^ID +RULE +VALUE +SCOPE +PHASE .*\n\S+ +\S+ +30 +instance +in-force .*\n$/,
      )
    })

    test('a key that may set but not look sets all the same', async () => {
      const key = await asJson<{ secret: string }>(
        ...['keys', 'create', 'setter', '--role', 'admin', '--scopes', 'rules.manage'],
      )
      const name = 'freight.pattern.min_confidence_score'
      const words = ['rules', 'set', name, '0.5', '--url', running().url, '--key', key.secret]
      expect(await runHere(words)).toMatchObject({
        code: 0,
        output: expect.stringMatching(/ is 0\.5 for this tenant from \S+ on: rule \S+\.\n$/),
      })
    })

    test('a setting is given another value for a time, which is told before', async () => {
      const name = 'freight.pattern.suggestion_ttl_days'
      expect(await said('rules', 'upcoming', name)).toMatch(
        /^Nothing changes by itself up to \d{4}-\S+Z\. With --until it is told of more\.\n$/,
      )
      expect(await said('rules', 'set', name, '7', '--from', '1h', '--until', '2h')).toMatch(
        new RegExp(`^${name} is 7 for this tenant from \\S+Z until \\S+Z, instead of 30: rule \\S+\\.\n$`),
      )
      expect(await said('rules', 'upcoming', name)).toMatch(
        new RegExp(
          `^AT +RULE +BEFORE +AFTER +WHY\n\\S+ +${name} +30 +7 +.*\n\\S+ +${name} +7 +30 +.*\nUp to \\S+Z\\. .*\n$`,
        ),
      )
      await said('rules', 'set', name, '30', '--from', '3h') // as it is without
      expect(await asJson<object[]>('rules', 'upcoming', name)).toHaveLength(2)
      expect(await asJson('rules', 'effective', name, '--at', '90m')).toMatchObject([{ rule_value: 7 }])
      expect(await said('rules', 'list', '--name', 'freight.pattern.suggestion*')).toMatch(/ upcoming /)
    })

    test('a user is added, found by e-mail, and gets a new password', async () => {
      const made = await said('users', 'create', 'Jo@Example.com', '--name', 'Jo March', '--role', 'manager')
      expect(made).toMatch(/^jo@example\.com is added\.\nOne-time password, shown only this once, .*: \S+\n$/)
      expect(await said('users', 'list')).toMatch(
        /^ID +EMAIL +NAME +ROLE +DISABLED\n\S+ +jo@example\.com +Jo March +manager\n$/,
      )
      expect(await said('users', 'list', '--search', 'nobody')).toBe('No users.\n')
      const reset = await said('users', 'reset-password', 'JO@example.com')
      expect(reset).toMatch(/^One-time password, .*: \S+\n$/)
      expect(reset).not.toBe(made.split('\n')[1])
      expect(await linehaul('users', 'reset-password', 'al@example.com')).toMatchObject({
        code: 1,
        errors: 'No user of this tenant has the e-mail al@example.com.\n',
      })
    })

    test('a key is made, works as far as its role reaches, and is revoked', async () => {
      const made = await said('keys', 'create', 'ci', '--role', 'viewer', '--expires', '90d')
      const [, key = '', secret = ''] = /^The key (\S+), shown only this once: (\S+)\n$/.exec(made) ?? []
      const as = (...words: string[]) => runHere([...words, '--url', running().url, '--key', secret])
      expect(await as('jobs', 'list')).toMatchObject({ code: 0 })
      expect(await as('jobs', 'retry', id)).toMatchObject({
        code: 4,
        errors: expect.stringMatching(/^.+\.\n$/),
      })
      expect(await said('keys', 'list')).toMatch(new RegExp(`^ID +NAME +ROLE .*\n${key} +ci +viewer `))
      expect(await said('keys', 'revoke', key, '--yes')).toBe(`The key ${key} (ci) is revoked.\n`)
      expect(await as('jobs', 'list')).toMatchObject({ code: 4 })
      expect(await asJson('keys', 'create', 'b', '--role', 'viewer', '--scopes', 'jobs.read')).toMatchObject({
        scopes: ['jobs.read'],
        expiresAt: null,
      })
    })

    test('mails are listed, counted, shown, given up and sent again', async () => {
      const { app, caller } = running()
      const mail = { to: 'jo@example.com', subject: 'Hello', text: 'Hi Jo' }
      await caller.post('/api/v1/jobs', { type: 'email:send', data: mail })
      await untilSent(app) // there is no mail server: they are kept
      const [{ id: mailId = '' } = {}] = await asJson<{ id: string }[]>('mails', 'list', '--state', 'kept')
      expect(await said('mails', 'list')).toMatch(
        new RegExp(
          `^ID +STATE +RECIPIENT +SUBJECT +ATTEMPTS +DUE +CREATED +ERROR\n${mailId} +kept +jo@example\\.com +Hello +0 `,
        ),
      )
      expect(await said('mails', 'list', '--state', 'in-doubt')).toBe('No mails.\n')
      expect(await asJson('mails', 'list', '--recipient', 'Jo@example.com')).toMatchObject([{ id: mailId }])
      expect(await said('mails', 'list', '--recipient', 'al@example.com')).toBe('No mails.\n')
      expect(await said('mails', 'counts')).toMatch(/^STATE +MAILS\npending +0\nkept +1\n/)
      expect(await said('mails', 'show', mailId)).toMatch(
        new RegExp(`^id +${mailId}\nstate +kept\n[^]*\nsubject +Hello\n[^]*\n\nHi Jo\n$`),
      )
      await app.database.query(
        `UPDATE linehaul.delivery SET state = 'pending', due_at = '2030-01-01Z' WHERE id = $1`,
        [mailId],
      )
      expect(await said('mails', 'list')).toContain(' 2030-01-01T00:00:00.000Z ')
      expect(await said('mails', 'show', mailId)).toMatch(/^due +2030-01-01T00:00:00\.000Z$/m)
      expect(await said('mails', 'settle', mailId, 'failed')).toBe(`The mail ${mailId} is failed.\n`)
      expect(await linehaul('mails', 'settle', mailId, 'sent')).toMatchObject({
        code: 1,
        errors: `"${mailId}" is failed, and so cannot be settled. Look at it again.\n`,
      })
      expect(await linehaul('mails', 'settle', mailId, 'lost')).toMatchObject({
        code: 1,
        errors: 'state must be one of sent, failed.\n',
      })
      for (const words of [[], [mailId, '--state', 'failed', '--yes']])
        expect(await linehaul('mails', 'resend', ...words)).toMatchObject({
          ...{ code: 2, errors: 'Say which mails: either the id of one, or --state.\n' },
        })
      expect(await linehaul('mails', 'resend', '--state', 'failed')).toMatchObject({
        code: 2,
        errors: expect.stringMatching(/^Send all mails again that are failed\? Add --yes/),
      })
      const all = ['mails', 'resend', '--state', 'failed', '--yes']
      expect(await said(...all)).toBe('1 mail is pending again.\n')
      expect(await said(...all)).toBe('0 mails are pending again.\n')
      await untilSent(app) // kept again
      expect(await said('mails', 'resend', mailId)).toBe(`The mail ${mailId} is pending.\n`)
      await untilSent(app) // kept once more
      const { id: job } = await asJson<Job>('mails', 'send-kept')
      expect(await asJson('jobs', 'show', job)).toMatchObject({
        name: 'notifications.send-mail',
        payload: {},
      })
      expect(await said('mails', 'send-kept')).toMatch(/^The job \S+ puts the mail in line that is kept\.\n$/)
      await said('mails', 'settle', mailId, 'failed')
      expect(await said('mails', 'send-kept')).toBe('No mail of this tenant is kept.\n')
    })

    test('a webhook is made, tried, sent things again, disabled and removed', async () => {
      const { app } = running()
      const hook = await HookListener.open()
      expect(await said('webhooks', 'event-types')).toMatch(/^shipment\.created +\S/m)
      const made = await said(
        ...['webhooks', 'create', hook.url, '--events', 'job.*, shipment.created', '--description', 'a try'],
      )
      const [, webhook = '', secret] =
        /^The webhook (\S+), .* only this once: (whsec_\S+)\n$/.exec(made) ?? []
      expect(await asJson('webhooks', 'list')).toMatchObject([
        { events: ['job.*', 'shipment.created'], description: 'a try' },
      ])
      expect(await said('webhooks', 'deliveries', webhook)).toBe('No deliveries.\n')

      const { id: delivery } = await asJson<{ id: string }>('webhooks', 'test', webhook)
      await untilSent(app)
      expect(await said('webhooks', 'deliveries', webhook)).toMatch(
        new RegExp(
          `^ID +TYPE +STATE +ANSWER +ATTEMPTS +DUE +CREATED +ERROR\n${delivery} +webhook\\.test +sent +204 +1 `,
        ),
      )
      expect(await said('webhooks', 'deliveries', webhook, '--state', 'failed')).toBe('No deliveries.\n')
      expect(await said('webhooks', 'redeliver', webhook, delivery)).toBe(
        `The delivery ${delivery} is pending.\n`,
      )
      await untilSent(app)
      expect(hook.calls.map(({ headers }) => headers['webhook-id'])).toEqual([delivery, delivery])

      await app.database.query(
        `UPDATE linehaul.delivery SET state = 'pending', due_at = '2030-01-01Z', job_id = NULL WHERE id = $1`,
        [delivery],
      )
      expect(await said('webhooks', 'deliveries', webhook)).toContain(' 2030-01-01T00:00:00.000Z ')
      expect(await asJson('webhooks', 'deliveries', webhook)).toMatchObject([
        { id: delivery, dueAt: '2030-01-01T00:00:00.000Z' },
      ])
      await app.database.query(`UPDATE linehaul.delivery SET state = 'failed' WHERE id = $1`, [delivery])
      const again = ['webhooks', 'redeliver', webhook, '--state', 'failed']
      expect(await linehaul(...again)).toMatchObject({
        code: 2,
        errors: expect.stringMatching(/^Send all again that have failed\? Add --yes/),
      })
      expect(await said(...again, '--yes')).toBe('1 delivery is pending again.\n')
      expect(await said(...again, '--yes')).toBe('0 deliveries are pending again.\n')
      for (const words of [[], [delivery, '--state', 'failed', '--yes']])
        expect(await linehaul('webhooks', 'redeliver', webhook, ...words)).toMatchObject({
          ...{ code: 2, errors: 'Say which deliveries: either the id of one, or --state.\n' },
        })
      await untilSent(app)

      const change = [
        'webhooks',
        'update',
        webhook,
        '--events',
        'lane.accepted',
        '--description',
        'for the ERP',
      ]
      expect(await said(...change)).toBe(
        `The webhook ${webhook} is at ${hook.url}, and hears of lane.accepted.\n`,
      )
      expect(await said('webhooks', 'list')).toContain('for the ERP')
      await said('webhooks', 'update', webhook, '--events', 'job.*,shipment.created', '--to', `${hook.url}x`)
      expect(await asJson('webhooks', 'list')).toMatchObject([
        { url: `${hook.url}x`, events: ['job.*', 'shipment.created'], description: 'for the ERP' },
      ])
      await said('webhooks', 'update', webhook, '--to', hook.url)

      expect(await said('webhooks', 'disable', webhook)).toBe(`The webhook ${webhook} is disabled.\n`)
      expect(await said('webhooks', 'list')).toMatch(
        new RegExp(`^ID +URL +.*\n${webhook} +http://\\S+ +job\\.\\* shipment\\.created +disabled +\\d`),
      )
      await app.database.query(`UPDATE linehaul.delivery SET state = 'failed' WHERE id = $1`, [delivery])
      for (const words of [
        ['test', webhook],
        [...again.slice(1), '--yes'],
      ])
        expect(await linehaul('webhooks', ...words)).toMatchObject({
          ...{ code: 1, output: '' },
          errors: expect.stringContaining('Enable it first: `linehaul webhooks enable <id>`.'),
        })
      expect(await said('webhooks', 'enable', webhook)).toBe(`The webhook ${webhook} is enabled.\n`)
      expect(await said('webhooks', 'test', webhook)).toMatch(
        /^webhook\.test is on its way: delivery \S+\.\n$/,
      )
      const rotated = await asJson<{ secret: string }>('webhooks', 'rotate-secret', webhook)
      expect(rotated.secret).not.toBe(secret)
      expect(await said('webhooks', 'remove', webhook, '--yes')).toBe(
        `The webhook ${webhook} (${hook.url}) is removed.\n`,
      )
      expect(await said('webhooks', 'list')).toBe('No webhooks.\n')
      await hook.close()
    })

    test('a doctor asks the process that runs, and tells what to do about what it finds', async () => {
      const report = await asJson<Report>('doctor')
      const worst = report.findings.filter(({ level }) => level === 'error')
      expect({ worst, level: report.level }).toEqual({ worst: [], level: 'warning' }) // the key for the secrets of the tests can be guessed
      expect(report.findings).toContainEqual({
        ...{ check: 'workers', level: 'ok', what: '1 live worker on 1 host.', advice: null },
      })
      expect(report.findings).toContainEqual(
        expect.objectContaining({ check: 'webhooks', level: 'ok', what: 'There is none.' }),
      )
      const told = await said('doctor')
      for (const { what } of report.findings.filter(({ check }) => check === 'secrets'))
        expect(told).toContain(what)
      expect(told).toMatch(
        /^LEVEL +CHECK +FOUND\nok +configuration +It can be read\.\n[^]*\n\nWhat to do:\n[^]* {2}secrets: Put it into SECRETS_KEYS_OLD, /,
      )
    })

    test('every migration is told to be applied', async () => {
      expect(await said('migrate', '--status')).toMatch(
        /\nqueue\/1-job +applied +\S+Z\n[^]*\n(\d+) of \1 are applied\.\n$/,
      )
      expect(await asJson('migrate', '--status')).toContainEqual(
        expect.objectContaining({ part: 'access', number: 1, state: 'applied' }),
      )
    })

    test('a backup is fetched from the process that runs; of a server it says what to do instead', async () => {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-fetched-'))
      const ended = await linehaul('backup', '--to', path.join(folder, 'b.tar.gz'))
      if (running().app.database.kind === 'embedded') {
        expect(ended).toMatchObject({
          code: 0,
          output: expect.stringMatching(/b\.tar\.gz: \d+\.\d MB, of .* for \d+ ms\.\n$/),
        })
        expect(await readdir(folder)).toEqual(['b.tar.gz'])
      } else {
        expect(ended).toMatchObject({ code: 1, errors: expect.stringContaining('pg_dump --format=custom') })
        expect(await readdir(folder)).toEqual([])
      }
      await rm(folder, { recursive: true })
    })
  },
  { FREIGHT_ANALYSIS_DEBOUNCE: '1h', FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: '2h' },
)
