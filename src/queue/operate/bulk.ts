import { refuseInvalidFilter } from './check-filter.js'
import { InvalidOptionError, UnknownQueueError } from '../errors.js'
import { refuseUnknown } from '../refuse-unknown.js'
import { PENDING_STATES, type JobState } from '../state.js'
import type { JobFilter } from '../store/select-jobs.js'

export const BULK_ACTIONS = ['retry', 'cancel', 'delete', 'move'] as const
export type BulkAction = (typeof BULK_ACTIONS)[number]

/** One thing to do to every job that a filter matches. */
export interface Bulk {
  /**
   * `retry`: a dead or cancelled job starts anew, a scheduled one is due now; of the dead unless the filter says another state.
   * `cancel`: as for one job. `delete`: forgets finished jobs; open ones must be cancelled first.
   * `move`: to another queue; jobs that have not started.
   */
  readonly action: BulkAction
  readonly filter: JobFilter
  /** The queue to move to. */
  readonly to?: string
  /** Why they are cancelled. */
  readonly reason?: string
}

export interface BulkRequest extends Bulk {
  /** Who asked for it, as `kind:id`. */
  readonly actor?: string
  /** Only counts. */
  readonly dryRun?: boolean
}

const BULK: Readonly<Record<keyof Bulk, true>> = { action: true, filter: true, to: true, reason: true }

const REQUEST: Readonly<Record<keyof BulkRequest, true>> = { ...BULK, actor: true, dryRun: true }

/** The states of the jobs that an action can be done to, and those it means when the filter names none. */
const STATES: Record<BulkAction, { can: readonly JobState[]; means: readonly JobState[] }> = {
  retry: { can: ['dead', 'cancelled', 'scheduled'], means: ['dead'] },
  cancel: { can: [...PENDING_STATES, 'running'], means: [...PENDING_STATES, 'running'] },
  delete: { can: ['done', 'cancelled', 'dead'], means: ['done', 'cancelled', 'dead'] },
  move: { can: PENDING_STATES, means: PENDING_STATES },
}

/** The jobs that are meant, those left out to which it was done already. */
export function selectionOf({ action, filter, to }: Bulk, upTo?: Date) {
  const { means } = STATES[action]
  const [only] = means
  const meant = means.length === 1 && only ? { state: only } : { states: means }
  return {
    ...(filter.states === undefined && meant),
    ...filter,
    upTo,
    notIn: to,
    notAsked: action === 'cancel',
  }
}

/**
 * Refuses what cannot be done.
 * @throws {InvalidOptionError} JOBS_INVALID_OPTION
 * @throws {UnknownOptionError} JOBS_UNKNOWN_OPTION, for what of a filter nobody reads would match everything.
 * @throws {UnknownQueueError} JOBS_UNKNOWN_QUEUE when it is to move to a queue that is not `known`.
 */
export function refuseInvalidBulk(request: BulkRequest, known: readonly string[]): void {
  refuseUnknown('of a bulk operation', request, REQUEST)
  const { action, filter, to } = request
  if (!BULK_ACTIONS.includes(action))
    throw new InvalidOptionError('action', `is "${action}", not one of ${BULK_ACTIONS.join(', ')}`)
  refuseInvalidFilter('of the filter of a bulk operation', present(filter))
  const { can } = STATES[action]
  const wrong = [filter.state ?? [], filter.states ?? []].flat().find((state) => !can.includes(state))
  if (wrong !== undefined) {
    const hint = action === 'delete' ? ': cancel open jobs first' : ''
    throw new InvalidOptionError(
      'state',
      `is ${wrong}, but only jobs that are ${can.join(', ')} can be the object of ${action}${hint}`,
    )
  }
  if (action !== 'move') {
    if (to !== undefined) throw new InvalidOptionError('to', 'is the queue to move to, and only for move')
    return
  }
  if (to === undefined) throw new InvalidOptionError('to', 'is missing: it names the queue to move to')
  if (!known.includes(to)) throw new UnknownQueueError(to, known)
}

function present<Filter extends object>(filter: Filter | null | undefined): Filter {
  if (typeof filter !== 'object' || filter === null)
    throw new InvalidOptionError('filter', 'is missing: an empty one, {}, means all')
  return filter
}

/** What a bulk job carries: a request as JSON, and the instant after which nothing is meant. */
export interface BulkPayload extends Omit<Bulk, 'filter'> {
  readonly filter: Omit<JobFilter, 'createdFrom' | 'createdUntil'> & {
    readonly createdFrom?: string
    readonly createdUntil?: string
  }
  readonly upTo: string
}

export function toPayload({ action, filter, to, reason }: Bulk, upTo: Date): BulkPayload {
  const { state, states, ids, name, queue, subject, createdFrom, createdUntil } = filter
  return JSON.parse(
    JSON.stringify({
      action,
      filter: { state, states, ids, name, queue, subject, createdFrom, createdUntil },
      to,
      reason,
      upTo,
    }),
  ) as BulkPayload
}

/** The request that a bulk job carries. @throws {InvalidOptionError} JOBS_INVALID_OPTION */
export function fromPayload(payload: BulkPayload): { bulk: Bulk; upTo: Date } {
  const { createdFrom, createdUntil, ...filter } = payload.filter
  return {
    upTo: new Date(payload.upTo),
    bulk: {
      ...payload,
      filter: {
        ...filter,
        ...(createdFrom !== undefined && { createdFrom: new Date(createdFrom) }),
        ...(createdUntil !== undefined && { createdUntil: new Date(createdUntil) }),
      },
    },
  }
}

/** For the payload's check: rows outlive deployments. */
export const bulkPayload = {
  parse(input: unknown): BulkPayload {
    const { action, filter, upTo } = (input ?? {}) as Partial<BulkPayload>
    if (!BULK_ACTIONS.includes(action as BulkAction)) throw new InvalidOptionError('action', 'is missing')
    refuseUnknown('of a bulk operation', input as object, { ...BULK, upTo: true })
    const { createdFrom, createdUntil, ...rest } = present(filter)
    refuseInvalidFilter('of the filter of a bulk operation', rest)
    for (const at of [upTo ?? '', createdFrom ?? upTo ?? '', createdUntil ?? upTo ?? ''])
      if (Number.isNaN(Date.parse(at)))
        throw new InvalidOptionError('upTo', `is "${at}", which is no instant`)
    return input as BulkPayload
  },
}
