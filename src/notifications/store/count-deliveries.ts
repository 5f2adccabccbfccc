import type { Executor } from '../../database/index.js'
import type { Channel } from '../delivery/delivery.js'
import type { DeliveryState } from '../delivery/delivery-state.js'
import { STATE } from './delivery-view.js'

/** How many of a tenant's there are in each state. */
export function countDeliveries(
  db: Executor,
  tenantId: string,
): Promise<{ channel: Channel; state: DeliveryState; count: number }[]> {
  return db.query(COUNT, [tenantId])
}

const COUNT = /* sql */ `
-- count deliveries: $1 tenant
SELECT delivery.channel, ${STATE} AS "state", count(*)::int AS "count"
FROM linehaul.delivery
WHERE tenant_id = $1
GROUP BY 1, 2`

/** Of what has not come to its end, over all tenants. No more than `most` are looked at. */
export function countUnsettled(
  db: Executor,
  most: number,
): Promise<{ channel: Channel; state: DeliveryState; count: number }[]> {
  return db.query(COUNT_UNSETTLED, [most])
}

const COUNT_UNSETTLED = /* sql */ `
-- count unsettled deliveries: $1 most to look at
SELECT channel, state, count(*)::int AS "count"
FROM (
  SELECT delivery.channel, ${STATE} AS state
  FROM linehaul.delivery WHERE state IN ('kept', 'sending', 'in-doubt') LIMIT $1
) AS looked
WHERE state IN ('kept', 'sending', 'in-doubt')
GROUP BY 1, 2`
