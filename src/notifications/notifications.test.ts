import { describe, expect, test } from 'vitest'

import { newId, type Transaction } from '../database/index.js'
import { FaultyDatabase } from '../database/testing/faulty-database.js'
import { onEachDatabase } from '../database/testing/test-database.js'
import type { AnyJob, JobRequest } from '../queue/index.js'
import { anEngine, stopNow } from '../queue/testing/engine-fixture.js'
import { createNotifications, type Notifications } from './create-notifications.js'
import { sendMail } from './mail/send-mail.job.js'
import { Preferences } from './preferences/preferences.js'
import type { Target } from './notice.js'
import { takeDigestItems } from './store/digest-item.js'
import type { InboxOwner } from './store/inbox.js'
import { aNotifications, OWN_JOBS, type Fixture } from './testing/notifications-fixture.js'

const streamsOf = (...userIds: string[]) => userIds.map((id) => `user:${id}`).sort()

onEachDatabase((database) => {
  describe('a notice', () => {
    test('goes to whom it is for, and to nobody else', async () => {
      const f = await aNotifications(database())
      const viewer = await f.aUser()
      const manager = await f.aUser({ role: 'manager' })
      const admin = await f.aUser({ role: 'admin' })
      const owner = await f.aUser({ isOwner: true })
      await f.aUser({ role: 'admin', isDisabled: true })
      await (await aNotifications(database())).aUser({ role: 'admin' })

      const told = async (target: Parameters<typeof f.notice>[0]) => {
        const before = (await f.streamsOf('notification.created')).length
        const recipients = await f.tell(target)
        const streams = (await f.streamsOf('notification.created')).slice(before)
        expect(streams).toHaveLength(recipients)
        return streams.sort()
      }
      expect(await told({ target: { kind: 'user', userId: viewer } })).toEqual(streamsOf(viewer))
      expect(await told({ target: { kind: 'role', role: 'manager' } })).toEqual(
        streamsOf(manager, admin, owner),
      )
      expect(await told({ target: { kind: 'tenant' } })).toEqual(streamsOf(viewer, manager, admin, owner))
      expect(await told({ target: { kind: 'role', role: 'owner' } })).toContain(`user:${owner}`)
    })

    test('is told once however often it is told, or spread', async () => {
      const f = await aNotifications(database())
      await f.aUser()
      const notice = f.notice({ priority: 'high' })
      const { notify } = f.notifications
      await database().transaction((tx) => notify(tx, notice))
      await database().transaction((tx) => notify(tx, notice))
      expect(f.requests).toHaveLength(1)
      const [again] = f.requests as [JobRequest]
      await f.runDue()
      f.requests.push(again)
      await f.runDue()
      expect(await f.streamsOf('notification.created')).toHaveLength(1)
      expect(await f.mails()).toHaveLength(1)
    })

    test('is told to nobody when its transaction rolls back', async () => {
      const f = await aNotifications(database())
      const notice = f.notice()
      const rolledBack = database().transaction(async (tx) => {
        await f.notifications.notify(tx, notice)
        throw new Error('no')
      })
      await expect(rolledBack).rejects.toThrow('no')
      expect(await found(f.tenantId)).toEqual([])
    })

    test('for a user whom the tenant does not have is dead, and says why', async () => {
      const f = await aNotifications(database())
      const elsewhere = await (await aNotifications(database())).aUser()
      for (const userId of [elsewhere, newId(), 'ann'])
        await expect(f.tell({ target: { kind: 'user', userId } })).rejects.toMatchObject({
          code: 'JOBS_PERMANENT',
          message: expect.stringContaining(userId) as string,
        })
      expect(await found(f.tenantId)).toEqual(Array(3).fill({ recipients: 0, problem: 'unknown user' }))
    })

    test('goes to whom it names besides where the tenant does not have that user, and to them alone', async () => {
      const f = await aNotifications(database())
      const admin = await f.aUser({ role: 'admin' })
      const user = (userId: string, orElse: Target | null): Target => ({ kind: 'user', userId, orElse })
      const admins = { kind: 'role', role: 'admin' } as const
      const all = await f.tell({ target: admins })
      expect(await f.tell({ target: user(newId(), admins) })).toBe(all)
      expect(await f.tell({ target: user(newId(), user(newId(), admins)) })).toBe(all)
      const disabled = await f.aUser({ isDisabled: true })
      expect(await f.tell({ target: user(disabled, admins) })).toBe(all)
      expect(await f.tell({ target: user(newId(), null) })).toBe(0)
      expect(await f.tell({ target: user(newId(), user(disabled, null)) })).toBe(0)
      expect(await found(f.tenantId)).not.toContainEqual(expect.objectContaining({ problem: 'nobody' }))
      expect(await f.tell({ target: user(admin, null) })).toBe(1)
    })

    test('that nobody is there for says so', async () => {
      const f = await aNotifications(database())
      await f.aUser()
      expect(await f.tell({ priority: 'critical', target: { kind: 'role', role: 'admin' } })).toBe(0)
      expect(await found(f.tenantId)).toEqual([{ recipients: 0, problem: 'nobody' }])
    })

    test('whose time is over is told to nobody, unless it is critical', async () => {
      const f = await aNotifications(database())
      await f.aUser()
      expect(await f.tell({ expiresAt: f.clock.now() })).toBe(0)
      expect(await f.tell({ expiresAt: f.clock.now(), priority: 'critical' })).toBe(1)
    })

    test('reaches everybody of a big tenant', async () => {
      const f = await aNotifications(database())
      await database().query(
        `WITH account AS (
           INSERT INTO linehaul.user_account (id, email, name, password_hash)
           SELECT gen_random_uuid(), $1 || n, 'Somebody', '' FROM generate_series(1, 510) AS n
           RETURNING id
         )
         INSERT INTO linehaul.membership (tenant_id, user_id, role) SELECT $1, id, 'viewer' FROM account`,
        [f.tenantId],
      )
      expect(await f.tell({ priority: 'high' })).toBe(510)
      expect(new Set(await f.streamsOf('notification.created')).size).toBe(510)
      expect(new Set((await f.mails()).map(({ recipient }) => recipient)).size).toBe(510)
    })
  })

  describe('an inbox', () => {
    test('lists what its owner was told, newest first, page after page, by what is asked for', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      await f.tell({ title: 'a', priority: 'low', tags: ['x'], eventType: 'job.pattern_complete' })
      await f.tell({ title: 'b', priority: 'high', tags: ['x', 'y'], eventType: 'job.patternxcomplete' })
      await f.tell({ title: 'c', target: { kind: 'user', userId: await f.aUser() } })
      await f.tell({ title: 'd', expiresAt: new Date('2026-06-30T13:00:00Z') })
      const { inbox } = f.notifications
      const titles = async (filter: Partial<Parameters<typeof inbox.list>[1]>) =>
        (await inbox.list(owner, { limit: 10, ...filter })).map(({ title }) => title)

      expect(await titles({})).toEqual(['d', 'b', 'a'])
      expect(await titles({ limit: 1 })).toEqual(['d'])
      const [last] = await inbox.list(owner, { limit: 1 })
      expect(await titles({ after: String(last?.id) })).toEqual(['b', 'a'])
      expect(await titles({ priority: 'high' })).toEqual(['b'])
      expect(await titles({ tag: 'x' })).toEqual(['b', 'a'])
      expect(await titles({ eventType: 'job.*' })).toEqual(['b', 'a'])
      expect(await titles({ eventType: 'job.pattern_*' })).toEqual(['a'])
      f.clock.advance('1h')
      expect(await titles({})).toEqual(['b', 'a'])
      expect(await inbox.list({ ...owner, tenantId: 'default' }, { limit: 10 })).toEqual([])
    })

    test('marks nothing up to a notification that is not there, or is in the inbox of somebody else alone', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      const other = { ...owner, userId: await f.aUser() }
      const { inbox } = f.notifications
      await f.tell({})
      await f.tell({ target: { kind: 'user', userId: other.userId } })
      const [theirs] = await inbox.list(other, { limit: 1 })
      for (const unknown of [newId(), theirs?.id ?? ''])
        await expect(inbox.readAll(owner, unknown)).rejects.toMatchObject({
          ...{ code: 'NOTIFICATIONS_NOT_FOUND', message: expect.stringContaining(unknown) },
        })
      expect(await inbox.count(owner)).toMatchObject({ unread: 1 })
    })

    test('keeps when something was read first, however it is read again', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      const { inbox } = f.notifications
      for (const title of ['a', 'b', 'c']) await f.tell({ title })
      const [c, b, a] = (await inbox.list(owner, { limit: 10 })).map(({ id }) => id) as [
        string,
        string,
        string,
      ]
      const first = f.clock.now()
      await inbox.markRead(owner, a)
      f.clock.advance('1m')
      expect((await inbox.markRead(owner, a)).readAt).toEqual(first)
      expect(await inbox.readAll(owner, b)).toBe(1)
      expect(await inbox.count(owner)).toMatchObject({ unread: 1, byPriority: { medium: 1, high: 0 } })
      expect(await inbox.readAll(owner)).toBe(1)
      const read = async (id: string) => (await inbox.get(owner, id)).readAt
      expect(await Promise.all([a, b, c].map(read))).toEqual([first, f.clock.now(), f.clock.now()])
      await inbox.markUnread(owner, c)
      expect(await inbox.list(owner, { limit: 10, isUnread: true })).toMatchObject([{ id: c, readAt: null }])
      expect((await f.streamsOf('notification.updated')).length).toBe(3)
      expect((await f.streamsOf('notification.all-read')).length).toBe(2)
    })

    test('keeps a critical one until it is acknowledged, and for good until all have done so', async () => {
      const f = await aNotifications(database())
      const [ann, bob] = [await anOwner(f), await anOwner(f)]
      const { inbox } = f.notifications
      await f.tell({ priority: 'critical', expiresAt: new Date('2026-06-30T13:00:00Z') })
      const [{ id } = { id: '' }] = await inbox.list(ann, { limit: 10 })
      await expect(inbox.dismiss(ann, id)).rejects.toMatchObject({ code: 'NOTIFICATIONS_NOT_ACKNOWLEDGED' })
      await inbox.markRead(ann, id)
      f.clock.advance('2h')
      expect(await inbox.count(ann)).toMatchObject({ unread: 0, unacknowledged: 1 })
      expect(await inbox.list(ann, { limit: 10 })).toMatchObject([{ id, acknowledgedAt: null }])
      expect(await inbox.acknowledge(ann, id)).toMatchObject({ acknowledgedAt: f.clock.now() })
      expect(await inbox.count(ann)).toMatchObject({ unacknowledged: 0 })
      await expect(inbox.markUnread(ann, id)).rejects.toMatchObject({ code: 'NOTIFICATIONS_ACKNOWLEDGED' })
      expect((await inbox.dismiss(ann, id)).dismissedAt).toEqual(f.clock.now())
      expect(await settledAt(id)).toBeNull()
      expect(await inbox.acknowledge(bob, id)).toMatchObject({ readAt: f.clock.now() })
      expect(await settledAt(id)).toEqual(f.clock.now())
    })

    test('lists what was dismissed only when asked, and takes it back', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      const { inbox } = f.notifications
      await f.tell()
      const [{ id } = { id: '' }] = await inbox.list(owner, { limit: 10 })
      await inbox.dismiss(owner, id)
      expect(await inbox.list(owner, { limit: 10 })).toEqual([])
      expect(await inbox.count(owner)).toMatchObject({ unread: 0 })
      expect(await inbox.list(owner, { limit: 10, includeDismissed: true })).toMatchObject([{ id }])
      await inbox.restore(owner, id)
      expect(await inbox.count(owner)).toMatchObject({ unread: 1 })
    })

    test('knows since when a screen has something, from the first that says so', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      const { inbox } = f.notifications
      await f.tell()
      const [{ id } = { id: '' }] = await inbox.list(owner, { limit: 10 })
      const refusal = { code: 'NOTIFICATIONS_NOT_FOUND' }
      const other = { ...owner, userId: await f.aUser() }
      await expect(inbox.markDelivered(other, [id])).rejects.toMatchObject(refusal)
      expect(await inbox.get(owner, id)).toMatchObject({ deliveredAt: null })
      const first = f.clock.now()
      await expect(inbox.markDelivered(owner, [newId(), id])).rejects.toMatchObject(refusal)
      f.clock.advance('1m')
      await inbox.markDelivered(owner, [id, id.toUpperCase()])
      expect(await inbox.get(owner, id)).toMatchObject({ deliveredAt: first })
    })

    test('of somebody else holds nothing for me', async () => {
      const f = await aNotifications(database())
      const [ann, bob] = [await anOwner(f), await anOwner(f)]
      const { inbox } = f.notifications
      await f.tell({ target: { kind: 'user', userId: ann.userId } })
      const [{ id } = { id: '' }] = await inbox.list(ann, { limit: 10 })
      for (const mark of ['get', 'markRead', 'markUnread', 'dismiss', 'restore', 'acknowledge'] as const)
        await expect(inbox[mark](bob, id)).rejects.toMatchObject({ code: 'NOTIFICATIONS_NOT_FOUND' })
      expect(await inbox.get(ann, id)).toMatchObject({ readAt: null, acknowledgedAt: null })
    })
  })

  describe('in quiet hours', () => {
    const quiet = Preferences.parse({
      channels: { low: ['in-app', 'email'] },
      quietHours: { from: '11:00', to: '14:00' },
    })

    test('the inbox has it at once, and screens ring and mails go out when they are over', async () => {
      const f = await aNotifications(database())
      const [ann, bob] = [await anOwner(f), await anOwner(f)]
      for (const owner of [ann, bob]) await f.notifications.preferences.put(owner, quiet)
      await f.tell({ priority: 'low' })
      const [{ id } = { id: '' }] = await f.notifications.inbox.list(ann, { limit: 10 })
      const end = new Date('2026-06-30T14:00:00Z')
      expect(await f.streamsOf('notification.created')).toEqual([])
      expect((await f.mails()).map(({ dueAt }) => dueAt)).toEqual([end, end])
      await f.notifications.inbox.markRead(ann, id)
      f.clock.advance('2h')
      await f.runDue()
      // Ann has seen it by herself.
      expect(await f.streamsOf('notification.created')).toEqual(streamsOf(bob.userId))
    })

    test('what is high passes', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      await f.notifications.preferences.put(owner, quiet)
      await f.tell({ priority: 'high' })
      expect(await f.streamsOf('notification.created')).toEqual(streamsOf(owner.userId))
      expect(await f.mails()).toMatchObject([{ dueAt: f.clock.now() }])
    })
  })

  describe('a digest', () => {
    const daily = Preferences.parse({ channels: { low: ['email'] }, digest: { every: 'daily', hour: 8 } })
    const dueTomorrow = new Date('2026-07-01T08:00:00Z')

    test('tells all that was collected in one mail, each once', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      await f.notifications.preferences.put(owner, daily)
      for (const title of ['a', 'b']) await f.tell({ title, priority: 'low' })
      await f.tell({ title: 'over by then', priority: 'low', expiresAt: new Date('2026-06-30T20:00:00Z') })
      expect(f.requests.map(({ runAt, onClash }) => ({ runAt, onClash }))).toEqual(
        Array(3).fill({ runAt: dueTomorrow, onClash: 'keep' }),
      )
      expect(await f.mails()).toEqual([])
      f.clock.advance('20h')
      await f.runDue()
      const mails = await f.mails()
      expect(mails).toMatchObject([
        {
          recipient: `user:${owner.userId}`,
          content: { subject: '2 notifications: a, …' },
          dueAt: dueTomorrow,
        },
      ])
      expect(mails[0]?.content?.text).not.toContain('over by then')
    })

    test('of very many takes all, and reads the oldest only, and the beginning of each', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      await f.notifications.preferences.put(owner, daily)
      for (const title of ['a', 'b', 'c']) await f.tell({ title, message: 'x'.repeat(50), priority: 'low' })
      const taking = { deliveryId: newId(), now: f.clock.now(), most: 2, mostOfOne: 10 }
      expect(await takeDigestItems(database(), owner, taking)).toMatchObject({
        items: ['a', 'b'].map((title) => ({ title, message: 'x'.repeat(10) })),
        count: 3,
      })
      expect(await f.notifications.digests.send(owner)).toBe(0)
    })

    test('outlives the process that collected it: another one sends it when it is due', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      await f.notifications.preferences.put(owner, daily)
      const notice = f.notice({ priority: 'low' })
      await runUntil('notifications.spread-notice', f, (tx, { notify }) => notify(tx, notice))
      expect(await f.mails()).toEqual([])
      f.clock.advance('20h')
      await runUntil('notifications.send-digest', f)
      expect(await f.mails()).toMatchObject([{ content: { subject: 'It happened' } }])
    })

    test('goes out with what comes next when its job was lost, and late ones wait for quiet hours to end', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      await f.notifications.preferences.put(owner, { ...daily, quietHours: { from: '20:00', to: '09:30' } })
      await f.tell({ title: 'a', priority: 'low' })
      f.requests.length = 0
      f.clock.advance('20h')
      await f.tell({ title: 'b', priority: 'low' })
      await f.notifications.digests.send(owner)
      expect(await f.mails()).toMatchObject([
        { content: { subject: '2 notifications: a, …' }, dueAt: new Date('2026-07-01T09:30:00Z') },
      ])
      expect(await f.notifications.digests.send(owner)).toBe(0)
    })

    test('moves when somebody wants it at another time, and goes out at once when they want none', async () => {
      const f = await aNotifications(database())
      const owner = await anOwner(f)
      const { preferences } = f.notifications
      await preferences.put(owner, daily)
      expect(f.requests).toEqual([])
      await f.tell({ priority: 'low' })
      await preferences.put(owner, { ...daily, digest: { every: 'hourly', hour: 8 } })
      await preferences.put(owner, { ...daily, digest: { every: 'none', hour: 8 } })
      expect(f.requests.map(({ runAt, onClash }) => [runAt, onClash])).toEqual([
        [dueTomorrow, 'keep'],
        [new Date('2026-06-30T13:00:00Z'), 'replace'],
        [f.clock.now(), 'replace'],
      ])
    })

    test('is not sent when its transaction fails', async () => {
      const faulty = new FaultyDatabase(database())
      const f = await aNotifications(faulty)
      const owner = await anOwner(f)
      await f.notifications.preferences.put(owner, daily)
      await f.tell({ priority: 'low' })
      faulty.failNext(/-- insert deliveries/)
      await expect(f.notifications.digests.send(owner)).rejects.toThrow()
      expect(await f.notifications.digests.send(owner)).toBe(1)
      expect(await f.mails()).toHaveLength(1)
    })
  })

  /** A process that begins, does something, and ends as soon as a job of that name has run. */
  async function runUntil(
    name: string,
    { clock }: Fixture,
    begin?: (tx: Transaction, notifications: Notifications) => Promise<void>,
  ): Promise<void> {
    const notifications = createNotifications({
      database: database(),
      clock,
      enqueue: (requests, options) => fixture.engine.client.enqueueMany(requests, options),
    })
    const postman = { post: async () => ({ state: 'kept', deliveryId: '' }) }
    const fixture = anEngine(database(), [...OWN_JOBS, sendMail] as readonly AnyJob<unknown>[], {
      clock,
      needs: { ...notifications, postman },
    })
    const { engine, errors } = fixture
    await database().transaction(async (tx) => begin?.(tx, notifications))
    const ended = engine.signals.next('attempt.ended', (event) => event.name === name)
    await engine.start()
    expect(await ended).toMatchObject({ state: 'done' })
    await stopNow(fixture)
    expect(errors).toEqual([])
  }

  async function anOwner(f: Fixture): Promise<InboxOwner> {
    return { tenantId: f.tenantId, userId: await f.aUser() }
  }

  async function settledAt(id: string): Promise<unknown> {
    const [row] = await database().query<{ at: Date | null }>(
      'SELECT settled_at AS "at" FROM linehaul.notification WHERE id = $1::uuid',
      [id],
    )
    return row?.at
  }

  function found(tenantId: string): Promise<unknown[]> {
    return database().query(
      'SELECT recipients, problem FROM linehaul.notification WHERE tenant_id = $1 ORDER BY id',
      [tenantId],
    )
  }
})
