import type { Executor } from '../../../../database/index.js'

/** A new suggestion of which people are to be told. */
export interface News {
  readonly id: string
  readonly name: string
  readonly customer: string
  readonly confidence: number
}

/** Keeps in mind that these suggestions are new. */
export async function insertUntold(
  tx: Executor,
  tenantId: string,
  { id, suggestionIds }: { id: string; suggestionIds: readonly string[] },
): Promise<void> {
  await tx.query(INSERT, [id, tenantId, suggestionIds])
}

const INSERT = /* sql */ `
-- insert untold suggestions: $1 id, $2 tenant, $3 suggestions
INSERT INTO linehaul.suggestion_untold (id, tenant_id, suggestion_ids) VALUES ($1, $2, $3::uuid[])`

/** How many of the new suggestions are still pending, and the `best` of them; from now on they are told, all of them. */
export async function takeUntold(
  tx: Executor,
  tenantId: string,
  { best, now }: { best: number; now: Date },
): Promise<{ count: number; best: readonly News[] }> {
  const rows = await tx.query<News & { total: number }>(TAKE, [tenantId, now, best])
  return { count: rows[0]?.total ?? 0, best: rows.map(({ total: _, ...news }) => news) }
}

const TAKE = /* sql */ `
-- take untold suggestions: $1 tenant, $2 now, $3 how many to name
WITH taken AS (
  DELETE FROM linehaul.suggestion_untold WHERE tenant_id = $1 RETURNING suggestion_ids
)
SELECT stored.id::text AS "id", suggested_name AS "name", customer.name AS "customer", confidence::float8 AS "confidence",
       count(*) OVER ()::int AS "total"
FROM (SELECT DISTINCT unnest(suggestion_ids) AS id FROM taken) AS new
JOIN linehaul.lane_suggestion AS stored ON stored.id = new.id AND stored.tenant_id = $1
JOIN linehaul.customer ON customer.tenant_id = $1 AND customer.id = stored.customer_id
WHERE stored.status = 'pending' AND stored.expires_at > $2
ORDER BY stored.confidence DESC, stored.id
LIMIT $3`
