import type { Executor } from '../../database/index.js'

/** A rate that is older says nothing about now: its worker has been idle, or is gone. */
const FRESH_MS = 30_000

export async function saveRates(
  db: Executor,
  workerId: string,
  rates: readonly { queue: string; perSecond: number }[],
  now: Date | null,
): Promise<void> {
  const queues = rates.map(({ queue }) => queue)
  await db.query(SAVE, [queues, rates.map(({ perSecond }) => perSecond), workerId, now], { prepared: true })
}

const SAVE = /* sql */ `
-- save rates: arrays of $1 queues, $2 attempts per second; $3 worker id, $4 now or null
INSERT INTO linehaul.queue_rate (queue, worker_id, per_second, measured_at)
SELECT queue, $3, per_second, coalesce($4::timestamptz, now())
FROM unnest($1::text[], $2::float8[]) AS given (queue, per_second)
ON CONFLICT (queue, worker_id) DO UPDATE
SET per_second = EXCLUDED.per_second, measured_at = EXCLUDED.measured_at`

/** Attempts of a queue that end in a second, on all workers together; 0 when none was measured lately. */
export async function getRate(db: Executor, queue: string, now: Date | null): Promise<number> {
  const [row] = await db.query<{ perSecond: number }>(GET, [queue, FRESH_MS, now])
  return row?.perSecond ?? 0
}

const GET = /* sql */ `
-- get rate: $1 queue, $2 fresh for so many ms, $3 now or null
SELECT coalesce(sum(per_second), 0) AS "perSecond"
FROM linehaul.queue_rate
WHERE queue = $1 AND measured_at >= coalesce($3::timestamptz, now()) - $2::float8 * interval '1 ms'`
