import { readFile } from 'node:fs/promises'

import { io, type Socket } from 'socket.io-client'

type Follow = (
  url: string,
  on: {
    getToken(): Promise<string>
    show(type: string, data: unknown): void
    reload(stream: string): void
  },
) => Socket

/** What the example has shown. */
interface Shown {
  readonly all: readonly unknown[]
  /** Resolves once `data` was shown. */
  next(data: unknown): Promise<void>
}

interface ExampleSocket {
  until(event: string): Promise<void>
  cut(): void
  close(): void
}

/** The client that a page shows as its first block of JavaScript, ready to run. */
export async function exampleOf(page: string) {
  const [, block = ''] = /```js\n([\s\S]*?)```/.exec(await readFile(page, 'utf8')) ?? []
  const code = block.replace("import { io } from 'socket.io-client'\n", '')
  const follow = new Function('io', `${code}\nreturn follow`)(io) as Follow
  return (url: string, { getToken }: { getToken(): Promise<string> }): [Shown, ExampleSocket] => {
    const all: unknown[] = []
    const waiting = new Set<() => void>()
    const socket = follow(url, {
      getToken,
      reload: () => undefined,
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
      { all, next },
      { until, cut: () => socket.io.engine.close(), close: () => socket.close() },
    ]
  }
}
