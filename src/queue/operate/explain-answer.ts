/** Why a job does not run, in a word that programs can tell apart. */
export const REASONS = [
  'done',
  'cancelled',
  'dead',
  'running',
  'retry',
  'snoozed',
  'delayed',
  'waits-for-jobs',
  'limit-full',
  'about-to-be-admitted',
  'paused',
  'unknown-definition',
  'no-worker',
  'suspect',
  'in-line',
] as const

export type Reason = (typeof REASONS)[number]

export interface Answer {
  readonly reason: Reason
  readonly sentence: string
  /** What the sentence says, for programs; which fields there are depends on the reason. */
  readonly details: Readonly<Record<string, unknown>>
  readonly startsInMs?: number | undefined
}
