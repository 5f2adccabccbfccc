import type { Duration } from '../time/index.js'
import { InvalidOptionError } from './errors.js'
import { refuseUnknown } from './refuse-unknown.js'

/** How long a table keeps its rows, counted from a column of theirs. */
export interface Keep {
  /** In the schema `linehaul`. */
  readonly table: string
  /** A `timestamptz`, or the `date` from which on a row may be forgotten. */
  readonly column: string
  readonly for: Duration
}

/** The engine's own tables, the jobs' apart: how long these are kept is said by each definition. */
export const ENGINE_KEEPS: readonly Keep[] = [
  { table: 'job_window', column: 'until', for: '0s' },
  { table: 'job_log', column: 'expires_on', for: '0s' },
  { table: 'queue_rate', column: 'measured_at', for: '1h' },
  { table: 'queue_minute', column: 'minute', for: '7d' },
  { table: 'worker', column: 'heartbeat_at', for: '1d' },
  { table: 'alert', column: 'cleared_at', for: '90d' },
  { table: 'pause_history', column: 'resumed_at', for: '400d' },
]

const KNOWN: Readonly<Record<keyof Keep, true>> = { table: true, column: true, for: true }

/** @throws {UnknownOptionError} JOBS_UNKNOWN_OPTION
 * @throws {InvalidOptionError} JOBS_INVALID_OPTION when a table or column is not written as SQL writes them plainly. */
export function refuseInvalidKeeps(keeps: readonly Keep[]): void {
  for (const keep of keeps) refuseUnknown('of keeps', keep, KNOWN)
  for (const { table, column } of keeps)
    for (const name of [table, column])
      if (!/^[a-z_][a-z0-9_]*$/.test(name))
        throw new InvalidOptionError('keeps', `names "${name}", which is no table or column in snake_case`)
}
