import type { Database } from '../../../src/database/index.js'
import type { Filling } from '../contender.js'

/** The rows that `enqueueMany` and a finish would write. */
export async function fill(database: Database, state: Filling, count: number): Promise<void> {
  const chunk = 200_000
  for (let from = 0; from < count; from += chunk)
    await database.query(FILLINGS[state], [from, Math.min(count, from + chunk) - 1])
  await database.query('ANALYZE linehaul.job, linehaul.job_archive')
}

const JOB = /* sql */ `
INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts)`

const row = (state: string, runAt: string) => /* sql */ `
${JOB}
SELECT gen_random_uuid(), 't0', 'default', 'bench.default', jsonb_build_object('n', n), '${state}', 0, ${runAt}, now(), 5
FROM generate_series($1::int, $2::int) AS n`

const FILLINGS: Record<Filling, string> = {
  waiting: row('waiting', 'now()'),
  scheduled: row('scheduled', `now() + interval '1 day' + n * interval '1 ms'`),
  finished: /* sql */ `
INSERT INTO linehaul.job_archive (
  id, tenant_id, queue, name, payload, state, priority, run_at, created_at, attempt, max_attempts, losses, attempts,
  finished_at, expires_on, result
)
SELECT gen_random_uuid(), 't0', 'default', 'past.default', jsonb_build_object('n', n), 'done', 0, now(), now(), 1, 5, 0, '[]',
       now(), current_date + 7, '{"ok": true}'
FROM generate_series($1::int, $2::int) AS n`,
}
