import { readFile } from 'node:fs/promises'

import { io, type Socket } from 'socket.io-client'

import type { Problem } from '../../src/api/problem.js'

type Follow = (
  url: string,
  on: {
    getToken(): Promise<string>
    show(type: string, data: unknown): void
    reload(stream: string): void
    refused(problem: Problem): void
  },
) => { socket: Socket; stop(): void }

/** Has the example wait for something else than the time. */
interface Timers {
  setTimeout(action: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

/** What the example has shown. */
interface Shown {
  readonly all: readonly unknown[]
  /** The codes of the problems for which it gave up. */
  readonly refusals: readonly string[]
  /** Resolves once `data` was shown. */
  next(data: unknown): Promise<void>
}

interface ExampleSocket {
  until(event: string): Promise<void>
  cut(): void
  stop(): void
}

/** The client that a page shows as its first block of JavaScript, ready to run. */
export async function exampleOf(page: string, timers: Timers = globalThis as unknown as Timers) {
  const [, block = ''] = /```js\n([\s\S]*?)```/.exec(await readFile(page, 'utf8')) ?? []
  const code = block.replace("import { io } from 'socket.io-client'\n", '')
  const names = ['io', 'setTimeout', 'clearTimeout']
  const { setTimeout, clearTimeout } = timers
  const follow = new Function(...names, `${code}\nreturn follow`)(io, setTimeout, clearTimeout) as Follow
  return (url: string, { getToken }: { getToken(): Promise<string> }): [Shown, ExampleSocket] => {
    const all: unknown[] = []
    const waiting = new Set<() => void>()
    const refusals: string[] = []
    const { socket, stop } = follow(url, {
      getToken,
      reload: () => undefined,
      refused: ({ code }) => refusals.push(code),
      show(_, data) {
        all.push(data)
        for (const wake of waiting) wake()
      },
    })
    const next = async (data: unknown): Promise<void> => {
      while (!all.includes(data)) await new Promise<void>((resolve) => waiting.add(resolve))
    }
    const until = (event: string) => new Promise<void>((resolve) => socket.once(event, () => resolve()))
    return [
      { all, refusals, next },
      { until, cut: () => socket.io.engine.close(), stop },
    ]
  }
}
