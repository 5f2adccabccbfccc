import { isUniqueViolation, type Executor } from '../../database/index.js'

export interface PutBack {
  readonly id: string
  readonly fence: string
  readonly delayMs: number
  /** Whether the attempt counts as one of the allowed ones. */
  readonly spent: boolean
  /** Whether its worker was lost. */
  readonly lost: boolean
  /** JSON text: what is added to the job's list of attempts. */
  readonly entry: string
  readonly now: Date | null
}

/**
 * Puts a running job back in line.
 * @returns `'superseded'` when a newer job with its unique key stands there already; `'refused'` when the fence no longer
 * fits or a cancel was requested.
 */
export async function putBack(db: Executor, job: PutBack): Promise<'put back' | 'superseded' | 'refused'> {
  const { id, fence, delayMs, spent, lost, entry, now } = job
  try {
    const rows = await db.query(PUT_BACK, [id, fence, delayMs, spent ? 0 : 1, lost ? 1 : 0, entry, now])
    return rows.length > 0 ? 'put back' : 'refused'
  } catch (error) {
    if (isUniqueViolation(error, 'job_unique')) return 'superseded'
    throw error
  }
}

const PUT_BACK = /* sql */ `
-- put back: $1 id, $2 fence, $3 delay in ms, $4 attempts given back, $5 losses added, $6 attempt entry, $7 now or null
UPDATE linehaul.job
SET state = CASE WHEN $3::float8 > 0 THEN 'scheduled' ELSE 'waiting' END,
    run_at = coalesce($7::timestamptz, now()) + $3::float8 * interval '1 ms',
    attempt = attempt - $4::int,
    losses = losses + $5::int,
    attempts = CASE WHEN jsonb_array_length(attempts) < 20 THEN attempts ELSE attempts - 0 END || $6::jsonb,
    worker_id = NULL, fence = NULL, claimed_at = NULL
WHERE id = $1 AND fence = $2 AND state = 'running' AND cancel_requested_at IS NULL
RETURNING id`
