/** Jobs that are not finished, and what is kept of those that are: what a durable, fair queue cannot do without. */
export const TABLES = /* sql */ `
DROP TABLE IF EXISTS job, archive;
CREATE TABLE job (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  queue text NOT NULL,
  type text NOT NULL,
  tenant text NOT NULL,
  payload jsonb NOT NULL,
  priority smallint NOT NULL DEFAULT 0,
  -- 0 waiting, 1 running, 3 scheduled
  state smallint NOT NULL DEFAULT 0,
  attempts smallint NOT NULL DEFAULT 0,
  unique_key text,
  run_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  fence uuid,
  worker text,
  started_at timestamptz
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX job_ready ON job (queue, tenant, priority, seq) WHERE state = 0;
CREATE INDEX job_running ON job (worker) WHERE state = 1;
CREATE TABLE archive (
  id uuid NOT NULL,
  queue text NOT NULL,
  type text NOT NULL,
  tenant text NOT NULL,
  payload jsonb NOT NULL,
  state smallint NOT NULL,
  attempts smallint NOT NULL,
  created_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz NOT NULL,
  expires_on date NOT NULL,
  result jsonb,
  error text
) PARTITION BY RANGE (expires_on);
CREATE TABLE archive_default PARTITION OF archive DEFAULT;
CREATE INDEX archive_by_id ON archive (id);
CREATE INDEX archive_by_tenant ON archive (tenant, finished_at);`

/** $1 ids, $2 payloads, $3 tenants */
export const INSERT = /* sql */ `
INSERT INTO job (id, queue, type, tenant, payload)
SELECT id, 'default', 'bench', tenant, payload::jsonb
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS new (id, payload, tenant)
ON CONFLICT (id) DO NOTHING`

/** $1 queue, $2 how many, $3 fence. Walks the index from tenant to tenant and takes an equal part of each. */
export const CLAIM = /* sql */ `
WITH RECURSIVE step AS (
  (SELECT tenant, 1 AS number FROM job WHERE queue = $1 AND state = 0 ORDER BY tenant LIMIT 1)
  UNION ALL
  SELECT (SELECT tenant FROM job WHERE queue = $1 AND state = 0 AND tenant > step.tenant ORDER BY tenant LIMIT 1),
         number + 1
  FROM step
  WHERE step.tenant IS NOT NULL AND number < $2
),
tenant AS MATERIALIZED (SELECT tenant FROM step WHERE tenant IS NOT NULL),
due AS MATERIALIZED (
  SELECT next.id
  FROM tenant CROSS JOIN LATERAL (
    SELECT id FROM job
    WHERE queue = $1 AND state = 0 AND job.tenant = tenant.tenant
    ORDER BY priority, seq
    LIMIT greatest(1, $2 / (SELECT count(*) FROM tenant))
    FOR UPDATE SKIP LOCKED
  ) AS next
  LIMIT $2
)
UPDATE job SET state = 1, attempts = attempts + 1, worker = 'w', fence = $3, started_at = now()
FROM due
WHERE job.id = due.id
RETURNING job.id, job.type, job.tenant, job.payload, job.attempts`

/** $1 ids, $2 results, $3 fence */
const ENDED = /* sql */ `
ended AS (
  DELETE FROM job USING unnest($1::uuid[], $2::text[]) AS end_of (id, result)
  WHERE job.id = end_of.id AND state = 1 AND fence = $3
  RETURNING job.*, end_of.result
)`

export const FINISH = {
  everything: /* sql */ `
WITH ${ENDED}
INSERT INTO archive
SELECT id, queue, type, tenant, payload, 2, attempts, created_at, started_at, now(), current_date + 7, result::jsonb, NULL
FROM ended`,
  nothing: /* sql */ `WITH ${ENDED} SELECT count(*) FROM ended`,
}

const numbered = (target: string, columns: string) => /* sql */ `
INSERT INTO ${target}
SELECT gen_random_uuid(), ${columns} FROM generate_series(0, $1::int - 1) AS n`

const JOB_COLUMNS = `job (id, queue, type, tenant, payload, state, run_at)`
const payload = `'default', 'bench', 't0', jsonb_build_object('n', n)`

/** $1 how many */
export const FILL = {
  waiting: numbered(JOB_COLUMNS, `${payload}, 0, now()`),
  scheduled: numbered(JOB_COLUMNS, `${payload}, 3, now() + interval '1 day'`),
  finished: numbered(
    'archive',
    `'default', 'past', 't0', jsonb_build_object('n', n), 2, 1, now(), now(), now(), current_date + 7, '{"ok": true}', NULL`,
  ),
}
