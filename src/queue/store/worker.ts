import type { Executor } from '../../database/index.js'

export interface WorkerRow {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly queues: readonly string[]
  readonly concurrency: number
}

/** Says that the worker is alive; enters it again if it was taken for dead. */
export async function beat(db: Executor, worker: WorkerRow, now: Date | null): Promise<void> {
  await db.query(BEAT, [worker.id, worker.host, worker.pid, worker.queues, worker.concurrency, now])
}

const BEAT = /* sql */ `
-- beat: $1 worker id, $2 host, $3 pid, $4 queues, $5 concurrency, $6 now or null
INSERT INTO linehaul.worker (id, host, pid, queues, concurrency, started_at, heartbeat_at)
VALUES ($1, $2, $3, $4, $5, coalesce($6::timestamptz, now()), coalesce($6::timestamptz, now()))
ON CONFLICT (id) DO UPDATE SET heartbeat_at = EXCLUDED.heartbeat_at`

export async function removeWorker(db: Executor, workerId: string): Promise<void> {
  await db.query('-- remove worker: $1 id\nDELETE FROM linehaul.worker WHERE id = $1', [workerId])
}

/** Takes every worker but this one for dead: on an embedded database nobody else can be alive. */
export async function removeOtherWorkers(db: Executor, workerId: string): Promise<void> {
  await db.query('-- remove other workers: $1 id\nDELETE FROM linehaul.worker WHERE id <> $1', [workerId])
}

/** Forgets workers whose last heartbeat is older than the lease and that hold no job any more. */
export async function removeDeadWorkers(db: Executor, leaseMs: number, now: Date | null): Promise<void> {
  await db.query(REMOVE_DEAD, [leaseMs, now])
}

const REMOVE_DEAD = /* sql */ `
-- remove dead workers: $1 lease in ms, $2 now or null
DELETE FROM linehaul.worker
WHERE heartbeat_at < coalesce($2::timestamptz, now()) - $1::float8 * interval '1 ms'
  AND NOT EXISTS (SELECT FROM linehaul.job WHERE job.worker_id = worker.id AND job.state = 'running')`
