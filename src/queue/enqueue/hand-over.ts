import type { NewJob } from '../store/new-jobs.js'
import type { Room } from '../work/slots.js'
import type { Prepared } from './prepare.js'

/** Hands jobs that are put in here straight to the worker of this process, which need not claim them. */
export interface HandOver {
  readonly workerId: string
  /** Whether this process serves the queue, and without a limit on it. */
  takes(queue: string): boolean
  /** @returns `undefined` when no slot is free */
  makeRoom(most: number): Room | undefined
}

/** Makes room for those of `prepared` that could run at once; `undefined`: there are none, or no slot is free. */
export function makeRoomFor(
  prepared: readonly Prepared[],
  handOver: HandOver,
): { room: Room; mayRun: readonly boolean[] } | undefined {
  const could = prepared.map(({ row }) => isDue(row) && handOver.takes(row.queue))
  const count = could.filter(Boolean).length
  const room = count > 0 ? handOver.makeRoom(count) : undefined
  if (!room) return undefined
  let left = room.slots
  return { room, mayRun: could.map((one) => one && left-- > 0) }
}

function isDue({ runAt, delayMs, limitKeys, onParentDead }: NewJob): boolean {
  return runAt === null && delayMs === 0 && limitKeys === null && onParentDead === null
}
