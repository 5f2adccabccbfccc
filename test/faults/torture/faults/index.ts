import type { Fault } from '../fault.js'
import { clockJump } from './clock-jump.js'
import { embeddedKill } from './embedded-kill.js'
import { failOver } from './fail-over.js'
import { aheadKill, handOverKill, leaderKill, producerKill, workerKill } from './kills.js'
import { migration } from './migration.js'
import { connectionCut, halfOpen } from './network.js'
import { poolerSession, poolerTransaction } from './poolers.js'
import { rollback } from './rollback.js'
import { serverCrash, serverRestart } from './server.js'
import { blockedLoop, frozenWorker } from './stalls.js'

/** Every kind of fault, in the order of the table. */
export const faults: readonly Fault[] = [
  ...[workerKill, producerKill, leaderKill, aheadKill, handOverKill, frozenWorker, blockedLoop, clockJump],
  ...[serverRestart, serverCrash, failOver, connectionCut, halfOpen, poolerSession, poolerTransaction],
  ...[rollback, migration, embeddedKill],
]
