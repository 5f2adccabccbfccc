import { AsyncLocalStorage } from 'node:async_hooks'

const current = new AsyncLocalStorage<() => object>()

/** Runs `work`, and has each line of the log that is written inside say `fields`, asked for when there is a line. */
export function withLogFields<Result>(fields: () => object, work: () => Result): Result {
  return current.run(fields, work)
}

/** What the line that is about to be written is about: a request, an attempt; of neither, nothing. */
export function logFields(): object {
  return current.getStore()?.() ?? {}
}
