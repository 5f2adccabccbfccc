import type { Verdict } from './classify.js'

/** A job whose worker died this many times is taken for what kills its workers. */
const MAX_LOSSES = 3

/** What follows when a job's worker is lost. Losses are no failures of the handler, so they are counted apart. */
export function afterLoss({ losses }: { losses: number }): Verdict {
  if (losses + 1 < MAX_LOSSES) return { kind: 'lost' }
  return {
    kind: 'dead',
    error: {
      code: 'JOBS_LOST',
      message: `Its worker died ${MAX_LOSSES} times while running it. Look at what the handler does to its process, then replay it.`,
    },
  }
}
