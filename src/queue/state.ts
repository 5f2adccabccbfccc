/** Where a job is in its life. `scheduled`: not due yet. `waiting`: due, to be claimed. The last three are final. */
export type JobState = (typeof JOB_STATES)[number]

export const JOB_STATES = ['scheduled', 'waiting', 'running', 'done', 'cancelled', 'dead'] as const

/** Every move a job may make; whatever is not listed never happens. */
export const LEGAL_MOVES: Readonly<Record<JobState, readonly JobState[]>> = {
  scheduled: ['waiting', 'cancelled', 'scheduled'],
  waiting: ['running', 'cancelled', 'scheduled', 'waiting'],
  running: ['done', 'scheduled', 'waiting', 'cancelled', 'dead'],
  done: [],
  cancelled: ['waiting'],
  dead: ['waiting'],
}

export type FinalState = 'done' | 'cancelled' | 'dead'

export function isFinal(state: JobState): state is FinalState {
  return state === 'done' || state === 'cancelled' || state === 'dead'
}

export function mayMove(from: JobState, to: JobState): boolean {
  return LEGAL_MOVES[from].includes(to)
}
