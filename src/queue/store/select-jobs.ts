import { isFinal, JOB_STATES, type JobState } from '../state.js'

/** Which jobs are meant; everything given must hold. */
export interface JobFilter {
  readonly state?: JobState | undefined
  /** In one of these; besides what `state` says. */
  readonly states?: readonly JobState[] | undefined
  /** Only these jobs. */
  readonly ids?: readonly string[] | undefined
  readonly name?: string
  readonly queue?: string
  /** `kind:id` */
  readonly subject?: string
  /** Created at this instant or later. */
  readonly createdFrom?: Date
  /** Created before this instant. */
  readonly createdUntil?: Date
}

export interface Selection extends JobFilter {
  readonly tenantId: string
  /** Only jobs older than this one. */
  readonly after?: string | undefined
  readonly limit: number
  /** Leaves out what was created, or, if it is finished, ended after this instant, and the engine's own jobs. */
  readonly upTo?: Date | undefined
  /** Leaves out open jobs of this queue. */
  readonly notIn?: string | undefined
  /** Leaves out running jobs that were asked to stop. */
  readonly notAsked?: boolean
  /**
   * Whether ids tell when they were made, so that a search by time reads only its part of an index. They do unless the
   * clock is a test's. Default: they do not.
   */
  readonly idsTellTime?: boolean
}

/** What to read of jobs that are open, and of those that are finished: the same columns, in the same order. */
export interface JobColumns {
  readonly open: string
  readonly finished: string
}

export interface Statement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/**
 * Reads jobs newest first, by way of an index whichever filters are given: the text is put together from constant pieces,
 * one for each filter, so that the planner sees no condition that does not apply.
 */
export function selectJobs(verb: string, columns: JobColumns, selection: Selection): Statement {
  const { tenantId, limit, state, states = JOB_STATES } = selection
  const parameters: unknown[] = [tenantId, limit]
  const possible = state ? [state] : states
  const where = conditions(selection, (value) => `$${parameters.push(value)}`)
  const parts = [
    ...(possible.some(isResting) ? [openPart(columns.open, where, '<>')] : []),
    ...(possible.includes('running') ? [openPart(columns.open, where, '=')] : []),
    ...(possible.some(isFinal) ? [finishedPart(columns.finished, where, selection)] : []),
  ]
  const sql = /* sql */ `
-- ${verb}: $1 tenant, $2 limit, and one for each filter that is given
SELECT * FROM (${parts.join('\nUNION ALL\n')}) AS found
ORDER BY sort_id DESC
LIMIT $2`
  return { sql, parameters }
}

interface Conditions {
  readonly common: string
  readonly open: string
  readonly finished: string
  readonly line: string
}

/** Ids are drawn by the process, `created_at` by the database: their clocks may differ by this much. */
const CLOCKS_DIFFER_MS = 3_600_000

function conditions(selection: Selection, add: (value: unknown) => string): Conditions {
  const { state, states, ids, name, queue, subject, after, upTo, notIn, notAsked } = selection
  const { createdFrom, createdUntil, idsTellTime } = selection
  const both: string[] = ['tenant_id = $1']
  const line: string[] = []
  const also = (value: unknown, condition: (parameter: string) => string, of = both) => {
    if (value !== undefined) of.push(condition(add(value)))
  }
  also(state, (p) => `state = ${p}`)
  also(state ? undefined : states, (p) => `state = ANY (${p}::text[])`)
  also(ids, (p) => `id = ANY (${p}::uuid[])`)
  also(subject, (p) => `subject = ${p}`)
  also(after, (p) => `id < ${p}::uuid`)
  also(createdFrom, (p) => `created_at >= ${p}::timestamptz`)
  also(createdUntil, (p) => `created_at < ${p}::timestamptz`)
  also(idsTellTime ? idAt(createdFrom, -CLOCKS_DIFFER_MS) : undefined, (p) => `id >= ${p}::uuid`)
  also(idsTellTime ? idAt(createdUntil, CLOCKS_DIFFER_MS) : undefined, (p) => `id < ${p}::uuid`)
  const common = both.join(' AND ')
  also(queue, (p) => `queue = ${p}`, line)
  also(name, (p) => `name = ${p}`, line)
  const bound = upTo === undefined ? undefined : `${add(upTo)}::timestamptz`
  const open = bound ? [`created_at <= ${bound}`, "queue <> 'system'"] : []
  also(notIn, (p) => `queue <> ${p}`, open)
  if (notAsked) open.push('cancel_requested_at IS NULL')
  return {
    common,
    open: ['true', ...open].join(' AND '),
    finished: bound ? `finished_at <= ${bound} AND queue <> 'system'` : 'true',
    line: line.join(' AND ') || 'true',
  }
}

function isResting(state: JobState): boolean {
  return !isFinal(state) && state !== 'running'
}

/** Those that rest are in an index in the order of ids; those that run are few, and are read all. */
function openPart(columns: string, { common, open, line }: Conditions, running: '=' | '<>'): string {
  return /* sql */ `
(SELECT ${columns}, id AS sort_id FROM linehaul.job WHERE state ${running} 'running' AND ${common} AND ${line} AND ${open}
${NEWEST_FIRST})`
}

/** Ordered by `job.id`: plain `id` would be the text of that name among the columns, which no index is in the order of. */
const NEWEST_FIRST = 'ORDER BY job.id DESC LIMIT $2'

/** What is rare among finished jobs has an index in the order of ids; the rest is read definition by definition. */
function finishedPart(columns: string, where: Conditions, { state, subject, ids }: Selection): string {
  const { common, finished, line } = where
  const newest = (condition: string) => /* sql */ `
SELECT ${columns}, id AS sort_id FROM linehaul.job_archive AS job WHERE ${common} AND ${finished} AND ${condition}
${NEWEST_FIRST}`
  if (subject !== undefined || ids !== undefined) return `(${newest(line)})`
  if (state !== undefined && state !== 'done') return `(${newest(`${line} AND state <> 'done'`)})`
  return /* sql */ `
(WITH RECURSIVE ${LINES}
SELECT newest.*
FROM (SELECT queue, name FROM line WHERE ${line}) AS line
CROSS JOIN LATERAL (${newest('queue = line.queue AND name = line.name')}) AS newest)`
}

/** Every queue and name under which the tenant has finished jobs: one look into the index for each, not for each job. */
const LINES = /* sql */ `line (queue, name) AS (
  (SELECT queue, name FROM linehaul.job_archive WHERE tenant_id = $1 ORDER BY queue, name LIMIT 1)
  UNION ALL
  SELECT next.queue, next.name
  FROM line CROSS JOIN LATERAL (
    SELECT queue, name FROM linehaul.job_archive
    WHERE tenant_id = $1 AND (queue, name) > (line.queue, line.name)
    ORDER BY queue, name LIMIT 1
  ) AS next
)`

/** The least UUIDv7 of an instant. */
function idAt(at: Date | undefined, shiftMs: number): string | undefined {
  if (at === undefined) return undefined
  const hex = Math.max(0, at.getTime() + shiftMs)
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
