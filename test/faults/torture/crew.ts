import type { Load } from './child-setup.js'

/** Who works on a stage, and how. */
export interface Crew {
  readonly producers: number
  readonly workers: number
  /** Processes that do both. */
  readonly both: number
  readonly where: string
  readonly load: Load
  readonly pauseMs: number
  readonly workMs: number
  readonly withRows: number
  readonly isForeign: boolean
}

/** Where a fault says nothing else. */
export const COMMON = {
  ...{ producers: 1, workers: 1, both: 1 },
  ...{ load: 'mixed', pauseMs: 160, workMs: 200, withRows: 0.15, isForeign: false },
} as const satisfies Omit<Crew, 'where'>

/** Jobs come by the hundred and take no time, so that workers claim more than they have slots for. */
export const FAST = {
  workers: 2,
  both: 0,
  load: 'bursts',
  pauseMs: 300,
  workMs: 0,
} as const satisfies Partial<Crew>
