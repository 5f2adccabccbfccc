import type { Executor } from '../../database/index.js'
import type { Channel } from '../delivery/delivery.js'
import { DELIVERY_STATES, type DeliveryState } from '../delivery/delivery-state.js'
import { STATE } from './delivery-view.js'

/** No count goes further: beyond it a number would cost a walk through all of them. */
export const COUNT_LIMIT = 10_000

/** How many mails a tenant has in each state, where it has some. With `isAtLeast` there are that many or more. */
export async function countMails(
  db: Executor,
  tenantId: string,
): Promise<readonly { state: DeliveryState; count: number; isAtLeast: boolean }[]> {
  const atRest = DELIVERY_STATES.filter((state) => state !== 'sending')
  const rows = await db.query<{ state: DeliveryState; count: number }>(COUNT, [
    tenantId,
    atRest,
    COUNT_LIMIT + 1,
  ])
  return rows.map(({ state, count }) => ({
    state,
    count: Math.min(count, COUNT_LIMIT),
    isAtLeast: count > COUNT_LIMIT,
  }))
}

// As ranges, in the order of the index: else the planner may look for the first that come in the whole table.
const COUNT = /* sql */ `
-- count mails: $1 tenant, $2 states but for sending, $3 count up to
SELECT state, sum(count)::int AS "count"
FROM (
  SELECT lying.state, (
    SELECT count(*) FROM (
      SELECT FROM linehaul.delivery
      WHERE tenant_id = $1 AND channel = 'email' AND state BETWEEN lying.state AND lying.state
      ORDER BY delivery.state DESC, delivery.id DESC
      LIMIT $3
    ) AS counted
  ) AS count
  FROM unnest($2::text[]) AS lying (state)
  UNION ALL
  SELECT ${STATE}, 1
  FROM (
    SELECT * FROM linehaul.delivery
    WHERE tenant_id = $1 AND channel = 'email' AND state BETWEEN 'sending' AND 'sending'
    ORDER BY delivery.state DESC, delivery.id DESC
    LIMIT $3
  ) AS delivery
) AS counts
GROUP BY state
HAVING sum(count) > 0`

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
