import type { Executor } from '../../database/index.js'

export interface WorkerRow {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly queues: readonly string[]
  readonly concurrency: number
  /** Of the definitions that it knows, with their aliases. */
  readonly names: readonly string[]
  /** Whether its process makes the ticks of schedules. */
  readonly ticks: boolean
}

const BEAT = /* sql */ `
-- beat: $1 worker id, $2 host, $3 pid, $4 queues, $5 concurrency, $6 now or null, $7 names, $8 whether it makes ticks, $9 lock key
--   or null
INSERT INTO linehaul.worker (id, host, pid, queues, concurrency, started_at, heartbeat_at, names, ticks, lock_key)
VALUES ($1, $2, $3, $4, $5, coalesce($6::timestamptz, now()), coalesce($6::timestamptz, now()), $7, $8, $9::bigint)
ON CONFLICT (id) DO UPDATE SET heartbeat_at = EXCLUDED.heartbeat_at, lock_key = EXCLUDED.lock_key`

/** Says that the worker is alive, without a lock that would tell the contrary; enters it again if it was taken for dead. */
export async function beat(db: Executor, worker: WorkerRow, now: Date | null): Promise<void> {
  await db.query(BEAT, [...parametersOf(worker, now), null], { prepared: true })
}

/** The same for a presence, which adds the key of the lock that it holds. */
export function beatOf(worker: WorkerRow): { sql: string; parameters: readonly unknown[] } {
  return { sql: BEAT, parameters: parametersOf(worker, null) }
}

function parametersOf(
  { id, host, pid, queues, concurrency, names, ticks }: WorkerRow,
  now: Date | null,
): readonly unknown[] {
  return [id, host, pid, queues, concurrency, now, names, ticks]
}

/** What a database can tell of a worker. */
export interface WorkerSign {
  readonly id: string
  /** Since its last heartbeat. */
  readonly silentMs: number
  /** `null` when it has no lock to hold: through a connection pooler, on an embedded database, in an older version. */
  readonly holdsLock: boolean | null
}

export interface Signs {
  readonly workers: readonly WorkerSign[]
  /** On the database's clock. */
  readonly at: Date
  /** How long the server has run; `null` where a test's clock knows nothing of that. */
  readonly serverUpMs: number | null
}

/** All workers but the one that asks. */
export async function listSigns(db: Executor, workerId: string, now: Date | null): Promise<Signs> {
  const rows = await db.query<Omit<Signs, 'workers'> & { worker: WorkerSign | null }>(
    LIST_SIGNS,
    [workerId, now],
    { prepared: true },
  )
  const { at = new Date(), serverUpMs = null } = rows[0] ?? {}
  return { workers: rows.flatMap(({ worker }) => worker ?? []), at, serverUpMs }
}

const LIST_SIGNS = /* sql */ `
-- list signs of life: $1 worker that asks, $2 now or null
SELECT clock.now AS "at",
       CASE WHEN $2::timestamptz IS NULL
            THEN 1000 * extract(epoch FROM now() - pg_postmaster_start_time())::float8 END AS "serverUpMs",
       CASE WHEN id IS NOT NULL THEN jsonb_build_object(
         'id', id,
         'silentMs', 1000 * extract(epoch FROM clock.now - heartbeat_at)::float8,
         'holdsLock', CASE WHEN lock_key IS NOT NULL THEN lock_key IN (SELECT key FROM linehaul.held_lock) END
       ) END AS "worker"
FROM (SELECT coalesce($2::timestamptz, now()) AS now) AS clock
LEFT JOIN linehaul.worker ON id <> $1`

export async function removeWorker(db: Executor, workerId: string): Promise<void> {
  await db.query('-- remove worker: $1 id\nDELETE FROM linehaul.worker WHERE id = $1', [workerId])
}

/** Takes every worker but this one for dead: on an embedded database nobody else can be alive. */
export async function removeOtherWorkers(db: Executor, workerId: string): Promise<void> {
  await db.query('-- remove other workers: $1 id\nDELETE FROM linehaul.worker WHERE id <> $1', [workerId])
}

/** Forgets those of `workerIds` that hold no job any more. */
export async function removeDeadWorkers(db: Executor, workerIds: readonly string[]): Promise<void> {
  await db.query(REMOVE_DEAD, [workerIds])
}

const REMOVE_DEAD = /* sql */ `
-- remove dead workers: $1 ids
DELETE FROM linehaul.worker
WHERE id = ANY ($1::uuid[])
  AND NOT EXISTS (SELECT FROM linehaul.job WHERE job.worker_id = worker.id AND job.state = 'running')`
