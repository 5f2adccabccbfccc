import { BEAT_EVERY_MS, LEASE_MS } from './lease.js'
import type { Leader } from '../store/leader.js'
import type { WorkerSign } from '../store/worker.js'

/** A lock that is seen free for so long belongs to nobody: a process whose connection broke has it again by then. */
const FREE_FOR_MS = 1_000

/** Whoever lives was heard of by one who has watched for so long. */
const WATCHED_FOR_MS = 2 * BEAT_EVERY_MS

/** A leader that does not say for so long that it leads is followed by another. */
export const LEADER_LEASE_MS = 3_000

/** What else the one who judges knows. */
export interface Circumstances {
  /** Since the worker's lock was first seen free; `-Infinity` when it is not. */
  readonly lockFreeMs: number
  /** Since when he has looked without a break: what silenced the workers in a break may have kept him from looking. */
  readonly watchedMs: number
  /** Since the server's start; `null` where a test's clock knows nothing of that. */
  readonly serverUpMs: number | null
}

/**
 * Whether a worker is dead. Nobody can be heard of before the server starts, and its start frees every lock: within one
 * lease of it nobody is dead.
 */
export function isDead(
  { silentMs }: Pick<WorkerSign, 'silentMs'>,
  { lockFreeMs, watchedMs, serverUpMs }: Circumstances,
): boolean {
  if (serverUpMs !== null && serverUpMs <= LEASE_MS) return false
  if (lockFreeMs >= FREE_FOR_MS) return true
  return silentMs > LEASE_MS && watchedMs >= WATCHED_FOR_MS
}

/** Whether another may lead. One look at the lock is enough, for two leaders do no harm. */
export function hasGone({ silentMs, holdsLock }: Pick<Leader, 'silentMs' | 'holdsLock'>): boolean {
  return silentMs > LEADER_LEASE_MS || holdsLock === false
}
