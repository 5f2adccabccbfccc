import { getTenant } from '../../access/index.js'
import type { Executor } from '../../database/index.js'
import type { InZone, Preferences } from './preferences.js'

/** Preferences with the zone that they are meant in: their own, or the tenant's. */
export async function inZoneOf(db: Executor, tenantId: string, preferences: Preferences): Promise<InZone> {
  const timeZone = preferences.timeZone ?? (await getTenant(db, tenantId)).timeZone
  return { ...preferences, timeZone }
}
