import { newId, type Executor } from '../../../../database/index.js'

export interface DoneAnalysis {
  /** When it ended. */
  readonly at: Date
  readonly customerId: string | undefined
  readonly tookMs: number
  readonly analyzed: number
  readonly created: number
}

/** Keeps an analysis that ran to its end for statistics. */
export async function insertAnalysis(
  db: Executor,
  tenantId: string,
  { at, customerId, tookMs, analyzed, created }: DoneAnalysis,
): Promise<void> {
  await db.query(INSERT, [newId(), tenantId, customerId ?? null, at, tookMs, analyzed, created])
}

const INSERT = /* sql */ `
-- insert analysis: $1 id, $2 tenant, $3 customer or null, $4 at, $5 took ms, $6 lanes looked at, $7 suggestions made
INSERT INTO linehaul.pattern_analysis (id, tenant_id, customer_id, at, took_ms, analyzed, created)
VALUES ($1, $2, $3, $4, $5, $6, $7)`
