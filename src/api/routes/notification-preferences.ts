import { Preferences } from '../../notifications/index.js'
import { inboxOwner } from '../inbox-owner.js'
import { problems, type Routes } from '../route.js'
import { EventTypes } from '../schemas/notification.js'

/** How somebody wants to be told. */
export const notificationPreferences: Routes = async (api, { services, changes }) => {
  const tags = ['notifications']

  api.get(
    '/notifications/preferences',
    {
      config: { may: 'notifications.read' },
      schema: {
        tags,
        summary: 'Look at how you are told',
        description: 'In this tenant; what you never chose is as it is by default.',
        response: { 200: Preferences, ...problems },
      },
    },
    ({ caller }) => services.notifications.preferences.get(inboxOwner(caller)),
  )

  api.put(
    '/notifications/preferences',
    {
      config: { may: 'notifications.read' },
      schema: {
        tags,
        summary: 'Choose how you are told',
        description:
          'All of it at once: what is left out goes back to its default. It holds from the next notification on.',
        body: Preferences,
        response: { 200: Preferences, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ notifications: { preferences } }, audit) => {
        const owner = inboxOwner(request.caller)
        const before = await preferences.get(owner)
        await preferences.put(owner, request.body)
        const object = `user:${owner.userId}`
        await audit({ action: 'notification-preferences.update', object, before, after: request.body })
        return request.body
      }),
  )

  api.get(
    '/notifications/event-types',
    {
      config: { may: 'notifications.read' },
      schema: {
        tags,
        summary: 'List the types of events that people are told of',
        description: 'What patterns in preferences choose among.',
        response: { 200: EventTypes, ...problems },
      },
    },
    () => ({ items: [...services.notifications.eventTypes] }),
  )
}
