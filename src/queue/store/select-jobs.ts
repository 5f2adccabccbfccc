import { isFinal, JOB_STATES, type JobState } from '../state.js'

/** Which jobs are meant; everything given must hold. */
export interface JobFilter {
  readonly state?: JobState | undefined
  /** In one of these; besides what `state` says. */
  readonly states?: readonly JobState[] | undefined
  /** Only these jobs. */
  readonly ids?: readonly string[] | undefined
  /** A definition's name or alias. */
  readonly name?: string
  readonly queue?: string
  /** `kind:id` */
  readonly subject?: string
  /** Created at this instant or later. */
  readonly createdFrom?: Date
  /** Created before this instant. */
  readonly createdUntil?: Date
}

export interface Selection extends Omit<JobFilter, 'name'> {
  readonly tenantId: string
  /** Of one definition: its name, and those under which its rows may lie besides. */
  readonly names?: readonly string[] | undefined
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
  /** In whatever order they are met, for counting: the first so many are enough then. Default: newest first. */
  readonly anyOrder?: boolean
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
  return statementOf(verb, columns, selection, finishedPart)
}

/** Finished jobs of all tenants that are looked at for each one that is wanted. */
const WALKED_FOR_EACH = 10

/**
 * The same where most jobs that have just finished match, at a tenth of the price: only the newest of all tenants are looked
 * at. Of what it finds, what lies after the last finished job may lack some. `undefined`: an index says it at once.
 */
export function walkJobs(verb: string, columns: JobColumns, selection: Selection): Statement | undefined {
  const { state, states } = selection
  const isMixed = states === undefined && (state === undefined || state === 'done')
  if (!isMixed || hasIndexInOrder(selection)) return undefined
  return statementOf(verb, columns, selection, walkedPart)
}

function statementOf(
  verb: string,
  columns: JobColumns,
  selection: Selection,
  finished: typeof finishedPart,
): Statement {
  const { tenantId, limit, state, states = JOB_STATES } = selection
  const parameters: unknown[] = [tenantId, limit]
  const possible = state ? [state] : states
  const where = conditions(selection, (value) => `$${parameters.push(value)}`)
  const parts = [
    ...(possible.some(isResting) ? [openPart(columns.open, where, '<>')] : []),
    ...(possible.includes('running') ? [openPart(columns.open, where, '=')] : []),
    ...(possible.some(isFinal) ? [finished(columns.finished, where, selection)] : []),
  ]
  const sql = /* sql */ `
-- ${verb}: $1 tenant, $2 limit, and one for each filter that is given
SELECT * FROM (${parts.join('\nUNION ALL\n')}) AS found
${selection.anyOrder ? '' : 'ORDER BY sort_id DESC'}
LIMIT $2`
  return { sql, parameters }
}

interface Conditions {
  readonly common: string
  /** What of `common` an index of ids alone can tell. */
  readonly bounds: string
  readonly open: string
  readonly finished: string
  readonly line: string
  /** What of `line` is not said of names. */
  readonly queue: string
  /** The names as a parameter, if there are several. */
  readonly names: string | undefined
  /** The order and end of each part. */
  readonly end: string
}

/** Ids are drawn by the process, `created_at` by the database: their clocks may differ by this much. */
const CLOCKS_DIFFER_MS = 3_600_000

function conditions(selection: Selection, add: (value: unknown) => string): Conditions {
  const { state, states, ids, names, queue, subject, after, upTo, notIn, notAsked } = selection
  const { createdFrom, createdUntil, idsTellTime } = selection
  const both: string[] = ['tenant_id = $1']
  const line: string[] = []
  const bounds: string[] = []
  const also = (value: unknown, condition: (parameter: string) => string, of = both) => {
    if (value !== undefined) of.push(condition(add(value)))
  }
  also(state, (p) => `state = ${p}`)
  // Of any state no row has to be looked at: the index tells all.
  also(state ? undefined : states, (p) => `state = ANY (${p}::text[])`)
  also(ids, (p) => `id = ANY (${p}::uuid[])`)
  also(subject, (p) => `subject = ${p}`)
  also(createdFrom, (p) => `created_at >= ${p}::timestamptz`)
  also(createdUntil, (p) => `created_at < ${p}::timestamptz`)
  also(after, (p) => `id < ${p}::uuid`, bounds)
  also(idsTellTime ? idAt(createdFrom, -CLOCKS_DIFFER_MS) : undefined, (p) => `id >= ${p}::uuid`, bounds)
  also(idsTellTime ? idAt(createdUntil, CLOCKS_DIFFER_MS) : undefined, (p) => `id < ${p}::uuid`, bounds)
  const common = [...both, ...bounds].join(' AND ')
  also(queue, (p) => `queue = ${p}`, line)
  const inQueue = line[0] ?? 'true'
  const several = names && names.length > 1 ? add(names) : undefined
  if (several) line.push(`name = ANY (${several}::text[])`)
  else also(names?.[0], (p) => `name = ${p}`, line)
  const bound = upTo === undefined ? undefined : `${add(upTo)}::timestamptz`
  const open = bound ? [`created_at <= ${bound}`, "queue <> 'system'"] : []
  also(notIn, (p) => `queue <> ${p}`, open)
  if (notAsked) open.push('cancel_requested_at IS NULL')
  return {
    common,
    bounds: bounds.join(' AND ') || 'true',
    open: ['true', ...open].join(' AND '),
    finished: bound ? `finished_at <= ${bound} AND queue <> 'system'` : 'true',
    line: line.join(' AND ') || 'true',
    queue: inQueue,
    names: several,
    end: selection.anyOrder ? 'LIMIT $2' : NEWEST_FIRST,
  }
}

function isResting(state: JobState): boolean {
  return !isFinal(state) && state !== 'running'
}

/** Those that rest are in an index in the order of ids; those that run are few, and are read all. */
function openPart(columns: string, { common, open, line, end }: Conditions, running: '=' | '<>'): string {
  return /* sql */ `
(SELECT ${columns}, id AS sort_id FROM linehaul.job WHERE state ${running} 'running' AND ${common} AND ${line} AND ${open}
${end})`
}

/** Ordered by `job.id`: plain `id` would be the text of that name among the columns, which no index is in the order of. */
const NEWEST_FIRST = 'ORDER BY job.id DESC LIMIT $2'

/** What is rare among finished jobs has an index in the order of ids; the rest is read definition by definition. */
function finishedPart(columns: string, where: Conditions, selection: Selection): string {
  const { state } = selection
  const { common, finished, line, end } = where
  const newest = (condition: string) => /* sql */ `
SELECT ${columns}, id AS sort_id FROM linehaul.job_archive AS job WHERE ${common} AND ${finished} AND ${condition}
${end}`
  if (hasIndexInOrder(selection)) return `(${newest(line)})`
  if (state !== undefined && state !== 'done') return `(${newest(`${line} AND state <> 'done'`)})`
  const { recursive, from = 'line', joins } = linesOf(selection, where)
  return /* sql */ `
(WITH RECURSIVE ${recursive}
SELECT newest.* FROM ${from} CROSS JOIN LATERAL (${newest(joins)}) AS newest)`
}

/** Whether an index has them in the order of ids, whatever their state. */
function hasIndexInOrder({ ids, subject, names, queue }: Selection): boolean {
  return ids !== undefined || subject !== undefined || (names?.length === 1 && queue !== undefined)
}

/** The planner takes no condition into the inner part, so that it ends after so many whatever they are. */
function walkedPart(columns: string, { common, finished, line, bounds, end }: Conditions): string {
  return /* sql */ `
(SELECT ${columns}, id AS sort_id
FROM (SELECT * FROM linehaul.job_archive WHERE ${bounds} ORDER BY id DESC LIMIT ${WALKED_FOR_EACH} * $2) AS job
WHERE ${common} AND ${finished} AND ${line}
${end})`
}

/** The parts of the archive's index that are read, each in the order of ids, and the condition for one of them. */
function linesOf(
  { names }: Selection,
  given: Conditions,
): { recursive: string; from?: string; joins: string } {
  if (given.names)
    return {
      recursive: QUEUES,
      from: `line CROSS JOIN unnest(${given.names}::text[]) AS named (one)`,
      joins: `queue = line.queue AND name = named.one AND ${given.queue}`,
    }
  if (names) return { recursive: QUEUES, joins: `queue = line.queue AND ${given.line}` }
  const among = `tenant_id = $1 AND ${given.queue}`
  return { recursive: definitionsOf(among), joins: 'queue = line.queue AND name = line.name' }
}

/** Every queue in which the tenant has finished jobs: one look into the index for each, not for each job. */
const QUEUES = /* sql */ `line (queue) AS (
  (SELECT queue FROM linehaul.job_archive WHERE tenant_id = $1 ORDER BY queue LIMIT 1)
  UNION ALL
  SELECT next.queue
  FROM line CROSS JOIN LATERAL (
    SELECT queue FROM linehaul.job_archive WHERE tenant_id = $1 AND queue > line.queue ORDER BY queue LIMIT 1
  ) AS next
)`

/** The same for every queue and name under which there are some. */
const definitionsOf = (among: string) => /* sql */ `line (queue, name) AS (
  (SELECT queue, name FROM linehaul.job_archive WHERE ${among} ORDER BY queue, name LIMIT 1)
  UNION ALL
  SELECT next.queue, next.name
  FROM line CROSS JOIN LATERAL (
    SELECT queue, name FROM linehaul.job_archive
    WHERE ${among} AND (queue, name) > (line.queue, line.name)
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
