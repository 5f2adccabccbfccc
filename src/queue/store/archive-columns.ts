/** What a job takes along, unchanged, when it leaves the table of open jobs. */
export const ARCHIVE_COLUMNS =
  'id, tenant_id, queue, name, payload, priority, run_at, created_at, attempt, max_attempts, losses, unique_key, actor, ' +
  'correlation_id, subject, context, limit_keys, progress, has_waiters, on_parent_dead, exclusive, retry'
