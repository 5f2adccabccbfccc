import { toMs, type Duration } from '../time/index.js'

/** How long to wait before the next attempt, in milliseconds, after `failures` failed ones (1 or more). */
export type Backoff = (failures: number, random: () => number) => number

export interface ExponentialOptions {
  /** Longest wait after the first failure; doubles with each further one. Default `'1s'`. */
  base?: Duration
  /** No wait is longer. Default `'1h'`. */
  cap?: Duration
  /**
   * `'full'` draws each wait evenly from 0 to its limit, so that jobs that failed together do not come back together;
   * `'none'` always waits the whole of it. Default `'full'`.
   */
  jitter?: 'full' | 'none'
}

/** `min(base * 2^(failures-1), cap)`, with full jitter (Brooker, "Exponential Backoff And Jitter", 2015). */
export function exponential({ base = '1s', cap = '1h', jitter = 'full' }: ExponentialOptions = {}): Backoff {
  const baseMs = toMs(base)
  const capMs = toMs(cap)
  return (failures, random) => {
    const limitMs = Math.min(baseMs * 2 ** (failures - 1), capMs)
    return Math.round(jitter === 'full' ? limitMs * random() : limitMs)
  }
}
