import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { Preferences } from '../preferences/preferences.js'
import { aNotifications } from '../testing/notifications-fixture.js'

const quietFrom = (from: string, to: string) => Preferences.parse({ quietHours: { from, to } })

onEachDatabase((database) => {
  const aReader = async () => {
    const f = await aNotifications(database())
    const owner = { tenantId: f.tenantId, userId: await f.aUser() }
    await f.notifications.preferences.put(owner, quietFrom('11:00', '14:00'))
    const rung = () => f.streamsOf('notification.created')
    return { f, owner, rung }
  }

  test('screens that ring late heed the quiet hours that have begun since', async () => {
    const { f, owner, rung } = await aReader()
    await f.tell({ priority: 'medium' })
    f.clock.advance('1d') // nothing ran when they were to ring, at two
    await f.runDue()
    expect(await rung()).toEqual([])
    expect(f.requests).toMatchObject([
      { name: 'notifications.ring-inbox', runAt: new Date('2026-07-01T14:00:00Z') },
    ])
    f.clock.advance('2h')
    await f.runDue()
    expect(await rung()).toEqual([`user:${owner.userId}`])
    expect(f.requests).toEqual([])
  })

  test('screens ring when they were to, also where quiet hours were chosen meanwhile that last then', async () => {
    const { f, owner, rung } = await aReader()
    await f.tell({ priority: 'medium' })
    await f.notifications.preferences.put(owner, quietFrom('13:00', '16:00'))
    f.clock.advance('2h')
    await f.runDue()
    expect(await rung()).toEqual([`user:${owner.userId}`])
  })

  test('screens do not ring for what is of no use any more when quiet hours are over', async () => {
    const { f, rung } = await aReader()
    await f.tell({ priority: 'medium', expiresAt: new Date('2026-06-30T13:30:00Z') })
    f.clock.advance('2h')
    await f.runDue()
    expect(await rung()).toEqual([])
  })
})
