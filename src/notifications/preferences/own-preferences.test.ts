import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { savePreferences } from '../store/preference.js'
import { aNotifications } from '../testing/notifications-fixture.js'
import { Preferences } from './preferences.js'

const wanting = (...patterns: string[]) =>
  Preferences.parse({ events: patterns.map((pattern) => ({ pattern, channels: ['email'] })) })

onEachDatabase((database) => {
  async function somebody() {
    const { notifications, tenantId, aUser } = await aNotifications(database())
    return { preferences: notifications.preferences, owner: { tenantId, userId: await aUser() } }
  }

  test('what people are told of can be chosen by its type, and by a pattern', async () => {
    const { preferences, owner } = await somebody()
    await preferences.put(owner, wanting('webhook.disabled', 'notification.*'))
    expect(await preferences.get(owner)).toEqual(wanting('webhook.disabled', 'notification.*'))
  })

  test('a slip in a pattern is refused, and nothing of it is kept', async () => {
    const { preferences, owner } = await somebody()
    await expect(preferences.put(owner, wanting('*', 'webhook.disabeld'))).rejects.toMatchObject({
      code: 'NOTIFICATIONS_UNKNOWN_EVENT_TYPE',
      field: 'events.1.pattern',
      message: expect.stringMatching(
        /"webhook\.disabeld" .* "webhook\.disabled", .* GET .*event-types lists/,
      ),
    })
    expect(await preferences.get(owner)).toEqual(wanting())
  })

  test('a pattern that an upgrade has left without types can be kept, and not come back to', async () => {
    const { preferences, owner } = await somebody()
    await savePreferences(database(), owner, wanting('route.late'))
    await preferences.put(owner, wanting('route.late', 'webhook.*'))
    expect(await preferences.get(owner)).toEqual(wanting('route.late', 'webhook.*'))
    await preferences.put(owner, wanting())
    await expect(preferences.put(owner, wanting('route.late'))).rejects.toMatchObject({
      code: 'NOTIFICATIONS_UNKNOWN_EVENT_TYPE',
    })
  })
})
