import type { Fault } from '../fault.js'
import { leaderKill, producerKill, workerKill } from './kills.js'

/** Every kind of fault. */
export const faults: readonly Fault[] = [workerKill, producerKill, leaderKill]
