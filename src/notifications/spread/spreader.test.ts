import { describe, expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import type { JobRequest } from '../../queue/index.js'
import { aNotifications } from '../testing/notifications-fixture.js'

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

    test('that nobody is there for says so', async () => {
      const f = await aNotifications(database())
      await f.aUser()
      expect(await f.tell({ priority: 'critical', target: { kind: 'role', role: 'admin' } })).toBe(0)
      expect(await found(f.tenantId)).toEqual([{ recipients: 0, problem: 'nobody' }])
    })

    test('whose time is over is told to nobody', async () => {
      const f = await aNotifications(database())
      await f.aUser()
      expect(await f.tell({ expiresAt: f.clock.now() })).toBe(0)
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

  function found(tenantId: string): Promise<unknown[]> {
    return database().query(
      'SELECT recipients, problem FROM linehaul.notification WHERE tenant_id = $1 ORDER BY id',
      [tenantId],
    )
  }
})
