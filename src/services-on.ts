import type { Access } from './access/index.js'
import type { AllServices } from './api/index.js'
import type { Built } from './build-engine.js'
import { joined, type Database } from './database/index.js'
import type { Instance } from './instance/index.js'

/** What the routes call, and the same as a part of a transaction. */
export function servicesOn(
  database: Database,
  { engine, freight, notifications, channels, rules, freightIn, notificationsIn, channelsIn }: Built,
  access: Access,
  instance: Instance,
): AllServices {
  return {
    database,
    engine,
    freight,
    notifications,
    rules: rules.rules,
    apiKeys: access.apiKeys,
    secrets: access.secrets,
    people: access.people,
    instance,
    providers: access.providers,
    mails: channels.mails,
    webhooks: channels.webhooks,
    in(tx) {
      const inside = joined(tx, database)
      const { mails, webhooks } = channelsIn(tx)
      return {
        database: inside,
        engine: engine.in(tx),
        freight: freightIn(tx),
        notifications: notificationsIn(tx),
        rules: rules.in(inside),
        instance,
        mails,
        webhooks,
        ...access.in(inside),
      }
    },
  }
}
