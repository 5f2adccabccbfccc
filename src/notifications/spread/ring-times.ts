import { getTenant } from '../../access/index.js'
import type { Executor } from '../../database/index.js'
import type { LateRing } from '../needs.js'
import { canWait } from '../preferences/can-wait.js'
import { readPreferences } from '../preferences/preferences.js'
import { quietSince } from '../preferences/quiet-hours.js'
import type { StoredNotice } from '../store/notification.js'
import { selectPreferences } from '../store/preference.js'
import type { Rung } from './requests.js'

/** When screens ring that were to ring since `dueAt`: at once, or when the quiet hours are over that have begun since. */
export async function ringTimes(
  db: Executor,
  { tenantId, priority }: StoredNotice,
  { userIds, dueAt, now }: LateRing & { now: Date },
): Promise<readonly Rung[]> {
  if (!canWait(priority)) return userIds.map((userId) => ({ userId, ringAt: now }))
  const { timeZone: zone } = await getTenant(db, tenantId)
  const stored = await selectPreferences(db, tenantId, userIds)
  return userIds.map((userId) => {
    const { quietHours, timeZone } = readPreferences(stored.get(userId))
    return { userId, ringAt: quietSince({ quietHours, timeZone: timeZone ?? zone }, { dueAt, now }) ?? now }
  })
}
