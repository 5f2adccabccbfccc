/** Most attempts that a job remembers. */
const MOST = 20

/** SQL for one attempt that ended, an `AttemptEntry`, from the columns of the running or archived row that it belongs to. */
export function entryFor(ended: string, error: string): string {
  return /* sql */ `jsonb_strip_nulls(jsonb_build_object(
    'number', attempt, 'startedAt', to_char(claimed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'workerId', worker_id, 'ended', ${ended}, 'error', ${error}))`
}

/** SQL for a job's list of attempts with one more; the oldest makes room. */
export function attemptsWith(entry: string): string {
  return /* sql */ `CASE WHEN jsonb_array_length(attempts) < ${MOST} THEN attempts ELSE attempts - 0 END || ${entry}`
}
