import type { Executor } from '../../../../database/index.js'
import type { AssigningLane } from '../match-lane.js'

/** The active lanes of these customers that assign by themselves. */
export function selectAssigning(
  db: Executor,
  tenantId: string,
  customerIds: readonly string[],
): Promise<AssigningLane[]> {
  return db.query<AssigningLane>(SELECT, [tenantId, customerIds])
}

const SELECT = /* sql */ `
-- select assigning lanes: $1 tenant, $2 customers
SELECT id::text, customer_id::text AS "customerId", origin_id::text AS "originId",
  destination_id::text AS "destinationId", service, equipment,
  driver_id::text AS "driverId", equipment_id::text AS "equipmentId"
FROM linehaul.dedicated_lane
WHERE tenant_id = $1
  AND customer_id = ANY ($2::uuid[])
  AND status = 'active'
  AND auto_assign`
