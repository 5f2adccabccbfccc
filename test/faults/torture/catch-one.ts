import type { Child } from './child.js'
import type { Stage } from './stage.js'

/** Whether a process that stands still is at a moment worth dying at. */
export type IsRipe = (stage: Stage, child: Child) => Promise<boolean> | boolean

/**
 * Stops one after the other for a moment, until one is found ripe.
 * @returns it, standing still: what it holds is the same when it is killed
 */
export function catchOne(stage: Stage, among: readonly Child[], isRipe: IsRipe): Promise<Child> {
  const line = stage.random.shuffle(among)
  return stage.until(async () => {
    const child = line.shift() as Child
    line.push(child)
    child.freeze()
    if (await isRipe(stage, child)) return child
    child.wake()
    return undefined
  })
}

/** By what it wrote down itself. */
export const hasJobsInHand: IsRipe = (stage, child) => {
  const inHand = new Set<string>()
  for (const { saw, jobId } of stage.workedBy(child)) {
    if (saw === 'start') inHand.add(jobId)
    else inHand.delete(jobId)
  }
  return inHand.size > 0
}

/** By what the database says of it. @param sql tells process ids */
export function isAmong(sql: string): IsRipe {
  return async (stage, child) => {
    const rows = await stage.on.look<{ pid: number }>(sql)
    return rows.some(({ pid }) => pid === child.pid)
  }
}

/** Both at the same moment. */
export function and(first: IsRipe, second: IsRipe): IsRipe {
  return async (stage, child) => (await first(stage, child)) && second(stage, child)
}
