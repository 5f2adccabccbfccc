import type { Transaction } from '../database/index.js'
import type { JobRequest } from '../queue/index.js'

/** Puts jobs in, in the caller's transaction: they run if and once it commits. */
export type Enqueue = (requests: readonly JobRequest[], options: { tx: Transaction }) => Promise<unknown>
