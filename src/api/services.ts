import type { Access, Secrets } from '../access/index.js'
import type { Database, Transaction } from '../database/index.js'
import type { Freight } from '../domain/freight/index.js'
import type { Instance } from '../instance/index.js'
import type { Channels, Notifications } from '../notifications/index.js'
import type { EngineInside } from '../queue/index.js'
import type { Rules } from '../rules/index.js'

/** What the routes call. Assembled once, in `main.ts`. */
export interface Services
  extends Pick<Access, 'apiKeys' | 'people' | 'providers'>, Pick<Channels, 'mails' | 'webhooks'> {
  readonly database: Database
  readonly engine: Omit<EngineInside, 'enqueueMany'>
  readonly freight: Freight
  readonly notifications: Notifications
  readonly secrets: Secrets
  readonly rules: Rules
  readonly instance: Pick<Instance, 'backup' | 'diagnose' | 'readiness' | 'steps'>
}

export interface AllServices extends Services {
  /** The same, as a part of a transaction: what they do commits with it or not at all. */
  in(tx: Transaction): Services
}
