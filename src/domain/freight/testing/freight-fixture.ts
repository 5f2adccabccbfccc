import type { Caller } from '../../../access/index.js'
import { newId, type Database } from '../../../database/index.js'
import { EventLog, type RecordedEvent } from '../../../events/index.js'
import type { Notice, Notify } from '../../../notifications/index.js'
import { createRules, type Rules } from '../../../rules/index.js'
import { FakeClock } from '../../../time/testing/fake-clock.js'
import { createFreight, type Freight } from '../create-freight.js'
import { ShipmentInput } from '../shipments/input.js'
import type { PatternSettings } from '../patterns/config.js'
import { freightRules } from '../rules.js'

/** Freight for a tenant of its own, so that tests on one database do not see each other. */
export interface Fixture {
  freight: Freight
  rules: Rules
  tenantId: string
  clock: FakeClock
  /** What was recorded, in order. */
  events: RecordedEvent[]
  /** What people were told, in order. */
  notices: Notice[]
  /** Takes in a shipment for each pickup time, all of one lane unless `input` says otherwise. */
  ship(pickups: readonly string[], input?: Record<string, unknown>): Promise<string[]>
  analyze(request?: {
    customerId?: string
    lookbackDays?: number
  }): ReturnType<Freight['patterns']['analyze']>
  configure(settings: Partial<PatternSettings>): Promise<void>
  /** The same tenant's freight on another handle of its database. */
  on(db: Database): Pick<Fixture, 'ship' | 'analyze' | 'configure'>
}

export const NOW = '2026-06-30T12:00:00Z'

/** `'2026-06-30T12:00:00Z'` minus so many days. */
export function daysAgo(days: number): string {
  return new Date(Date.parse(NOW) - days * 86_400_000).toISOString()
}

export function aShipment(input: Record<string, unknown> = {}): ShipmentInput {
  return ShipmentInput.parse({
    customer: 'Acme',
    origin: 'Los Angeles',
    destination: 'Dallas',
    shippedAt: NOW,
    ...input,
  })
}

export async function aFreight(
  db: Database,
  { timeZone = 'UTC' }: { timeZone?: string } = {},
): Promise<Fixture> {
  const tenantId = `tenant-${newId()}`
  await db.query('INSERT INTO linehaul.tenant (id, name, time_zone) VALUES ($1, $1, $2)', [
    tenantId,
    timeZone,
  ])
  const clock = new FakeClock(NOW)
  const events: RecordedEvent[] = []
  const log = new EventLog(async (recorded) => {
    events.push(...recorded)
  })
  const notices: Notice[] = []
  const notify: Notify = async (_tx, notice) => {
    notices.push(notice)
  }
  const rules = rulesOn(db, clock)
  const freightOn = (database: Database) =>
    createFreight({ database, events: log, notify, rules: rulesOn(database, clock), clock, onError })
  const freight = freightOn(db)
  const on = (other: Database) => actionsOf(other, freightOn(other), tenantId)
  return { freight, rules, tenantId, clock, events, notices, on, ...actionsOf(db, freight, tenantId) }
}

/** Somebody who may set rules of the tenant. */
export function adminOf(tenantId: string): Caller {
  return { tenantId, actor: 'user:admin', role: 'admin', scopes: null, businessUnitId: null }
}

function onError(error: unknown): never {
  throw error
}

function rulesOn(database: Database, clock: FakeClock): Rules {
  return createRules({
    database,
    declared: freightRules,
    taken: [],
    variable: () => undefined,
    clock,
    onError,
  }).rules
}

function actionsOf(
  db: Database,
  freight: Freight,
  tenantId: string,
): Pick<Fixture, 'ship' | 'analyze' | 'configure'> {
  return {
    async ship(pickups, input = {}) {
      const inputs = pickups.map((shippedAt) => aShipment({ ...input, shippedAt }))
      const creations = await db.transaction((tx) => freight.shipments.createMany(tx, tenantId, inputs))
      return creations.map(({ id }) => id)
    },
    async analyze(request = {}) {
      const settings = await freight.patternConfigs.get(tenantId)
      return freight.patterns.analyze({ tenantId, ...request, settings }, new AbortController().signal)
    },
    async configure(settings) {
      const { version, ...current } = await freight.patternConfigs.get(tenantId)
      await freight.patternConfigs.put(adminOf(tenantId), { ...current, ...settings }, version)
    },
  }
}
