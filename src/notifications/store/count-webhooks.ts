import type { Transaction } from '../../database/index.js'

/** How many a tenant has. Until the transaction ends nobody else counts them, and so nobody who counts first adds one. */
export async function countWebhooksAlone(tx: Transaction, tenantId: string): Promise<number> {
  await tx.query(LOCK, [tenantId])
  const [counted] = await tx.query<{ count: number }>(COUNT, [tenantId])
  return counted?.count ?? 0
}

const LOCK = /* sql */ `
-- lock tenant for its webhooks: $1 tenant; what refers to it is not kept waiting
SELECT FROM linehaul.tenant WHERE id = $1
FOR NO KEY UPDATE`

const COUNT = /* sql */ `
-- count webhooks: $1 tenant
SELECT count(*)::int AS "count" FROM linehaul.webhook WHERE tenant_id = $1`
