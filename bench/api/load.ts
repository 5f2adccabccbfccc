import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/** What a load generator is told. */
export interface LoadOrder {
  readonly url: string
  readonly key: string
  readonly connections: number
  readonly seconds: number
}

/** What came of it. */
export interface LoadResult {
  readonly perSecond: number
  /** Answers other than 2xx, errors and time-outs. */
  readonly failed: number
}

/** POSTs jobs as fast as they are answered, from a process of its own. */
export async function load(order: LoadOrder): Promise<LoadResult> {
  const child = fork(path.join(import.meta.dirname, '../peers/http-load.js'))
  child.send(order)
  const [result] = (await once(child, 'message')) as [LoadResult]
  await once(child, 'exit')
  return result
}
