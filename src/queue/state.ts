/**
 * Where a job is in its life. `scheduled`: not due yet. `blocked`: waits for other jobs. `held`: due, but one of its limits
 * is full or its definition is paused. `waiting`: due, to be claimed. The last three are final.
 */
export type JobState = (typeof JOB_STATES)[number]

export const JOB_STATES = [
  'scheduled',
  'blocked',
  'held',
  'waiting',
  'running',
  'done',
  'cancelled',
  'dead',
] as const

/** Every move a job may make; whatever is not listed never happens. */
export const LEGAL_MOVES: Readonly<Record<JobState, readonly JobState[]>> = {
  scheduled: ['scheduled', 'held', 'waiting', 'cancelled', 'dead'],
  blocked: ['blocked', 'scheduled', 'held', 'waiting', 'cancelled', 'dead'],
  held: ['held', 'scheduled', 'waiting', 'cancelled', 'dead'],
  waiting: ['waiting', 'scheduled', 'held', 'running', 'cancelled', 'dead'],
  running: ['scheduled', 'blocked', 'held', 'waiting', 'done', 'cancelled', 'dead'],
  done: [],
  cancelled: ['blocked', 'held', 'waiting'],
  dead: ['blocked', 'held', 'waiting'],
}

export type FinalState = 'done' | 'cancelled' | 'dead'

/** The states of a job that has not started, or waits to start again. */
export const PENDING_STATES = ['scheduled', 'blocked', 'held', 'waiting'] as const

export function isFinal(state: JobState): state is FinalState {
  return state === 'done' || state === 'cancelled' || state === 'dead'
}

export function mayMove(from: JobState, to: JobState): boolean {
  return LEGAL_MOVES[from].includes(to)
}
