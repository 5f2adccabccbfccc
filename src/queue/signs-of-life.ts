import { LEASE_MS } from './lease.js'
import type { Leader } from './store/leader.js'
import type { WorkerSign } from './store/worker.js'

/** A lock that is seen free for so long belongs to nobody: a process whose connection broke has it again by then. */
const FREE_FOR_MS = 1_000

/** A leader that does not say for so long that it leads is followed by another. */
export const LEADER_LEASE_MS = 3_000

/**
 * Whether a worker is dead. Nobody can be heard of before the server starts, and its start frees every lock: within one
 * lease of it nobody is dead.
 * @param lockFreeMs since its lock was first seen free; `-Infinity` when it is not
 */
export function isDead(
  { silentMs }: Pick<WorkerSign, 'silentMs'>,
  { lockFreeMs, serverUpMs }: { lockFreeMs: number; serverUpMs: number | null },
): boolean {
  if (serverUpMs !== null && serverUpMs <= LEASE_MS) return false
  return silentMs > LEASE_MS || lockFreeMs >= FREE_FOR_MS
}

/** Whether another may lead. One look at the lock is enough, for two leaders do no harm. */
export function hasGone({ silentMs, holdsLock }: Pick<Leader, 'silentMs' | 'holdsLock'>): boolean {
  return silentMs > LEADER_LEASE_MS || holdsLock === false
}
