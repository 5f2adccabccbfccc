import { UUID } from '../check-options.js'
import { InvalidOptionError } from '../errors.js'
import { nearestName } from '../nearest-name.js'
import { refuseUnknown } from '../refuse-unknown.js'
import { JOB_STATES, type JobState } from '../state.js'
import type { JobFilter } from '../store/select-jobs.js'

/** All that a filter may say. */
const FILTER: Readonly<Record<keyof JobFilter, true>> = {
  state: true,
  states: true,
  ids: true,
  name: true,
  queue: true,
  subject: true,
  createdFrom: true,
  createdUntil: true,
}

/**
 * Refuses a filter that would match more than was meant: a part of it that nobody reads matches everything.
 * @param besides what may stand in the same object
 * @throws {JobsError} JOBS_UNKNOWN_OPTION, JOBS_INVALID_OPTION
 */
export function refuseInvalidFilter(
  where: string,
  filter: JobFilter,
  besides: Readonly<Record<string, true>> = {},
): void {
  refuseUnknown(where, filter, { ...FILTER, ...besides })
  const { state, states = [], ids = [], createdFrom, createdUntil } = filter
  for (const one of state === undefined ? states : [state, ...states]) refuseNoState(one)
  const noId = ids.find((id) => !UUID.test(id))
  if (noId !== undefined) throw new InvalidOptionError('ids', `has "${noId}", which is no UUID`)
  for (const [option, at] of Object.entries({ createdFrom, createdUntil }))
    if (at !== undefined && !isInstant(at))
      throw new InvalidOptionError(option, `is ${JSON.stringify(at)}, not a Date`)
}

function refuseNoState(state: JobState): void {
  if (!JOB_STATES.includes(state)) {
    const nearest = nearestName(state, JOB_STATES)
    throw new InvalidOptionError(
      'state',
      `is "${String(state)}", not one of ${JOB_STATES.join(', ')}${nearest ? `: did you mean "${nearest}"?` : ''}`,
    )
  }
}

function isInstant(at: unknown): boolean {
  return at instanceof Date && !Number.isNaN(at.getTime())
}
