import type { Executor } from '../../../../database/index.js'

/** The next `limit` customers after the one with id `after`, in order of their id. */
export async function selectCustomerSlice(
  db: Executor,
  tenantId: string,
  { after, limit }: { after: string | null; limit: number },
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>(SELECT, [tenantId, after, limit])
  return rows.map(({ id }) => id)
}

const SELECT = /* sql */ `
-- select customer slice: $1 tenant, $2 after id or null, $3 limit
SELECT id::text
FROM linehaul.customer
WHERE tenant_id = $1 AND ($2::uuid IS NULL OR customer.id > $2)
ORDER BY customer.id
LIMIT $3`
