import { toMs, type Duration } from '../../time/index.js'
import { InvalidOptionError } from '../errors.js'
import { refuseUnknown } from '../refuse-unknown.js'

/** How long to wait before the next attempt, in milliseconds, after `failures` failed ones (1 or more). */
export interface Backoff {
  (failures: number, random: () => number): number
  /** What {@link exponential} was given; of a function of one's own nothing, so that nobody can set it without a deployment. */
  readonly options?: Required<ExponentialOptions>
}

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

const KNOWN: Readonly<Record<keyof ExponentialOptions, true>> = { base: true, cap: true, jitter: true }

const JITTERS: readonly string[] = ['full', 'none'] satisfies ExponentialOptions['jitter'][]

/**
 * `min(base * 2^(failures-1), cap)`, with full jitter (Brooker, "Exponential Backoff And Jitter", 2015).
 * @throws JOBS_UNKNOWN_OPTION, JOBS_INVALID_OPTION, TIME_INVALID_DURATION
 */
export function exponential(options: ExponentialOptions = {}): Backoff {
  refuseUnknown('of a backoff', options, KNOWN)
  const { base = '1s', cap = '1h', jitter = 'full' } = options
  if (!JITTERS.includes(jitter)) throw new InvalidOptionError('jitter', `is "${jitter}", not full or none`)
  const baseMs = toMs(base)
  const capMs = toMs(cap)
  const backoff = (failures: number, random: () => number) => {
    const limitMs = Math.min(baseMs * 2 ** (failures - 1), capMs)
    return Math.round(jitter === 'full' ? limitMs * random() : limitMs)
  }
  return Object.assign(backoff, { options: { base, cap, jitter } })
}
