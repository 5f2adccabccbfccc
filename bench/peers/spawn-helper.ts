import { fork } from 'node:child_process'
import { once } from 'node:events'

import type { Entrant } from '../side-by-side/run-benchmark.js'
import type { Helper } from '../side-by-side/scenario.js'

interface Answer {
  readonly id?: number
  readonly value?: unknown
  readonly error?: string
  readonly tells?: string
}

/** Another process with the same contender on the same place. */
export async function spawnHelper({ contender, place }: Entrant): Promise<Helper> {
  const file = new URL('./helper.js', import.meta.url)
  const child = fork(file, [contender.name, place.url], { execArgv: ['--expose-gc'] })
  const ended = once(child, 'exit')
  const waiting = new Map<number, (answer: Answer) => void>()
  const listeners: ((what: string, value: unknown) => void)[] = []
  child.on('message', (message: Answer) => {
    if (message.tells) for (const listen of listeners) listen(message.tells, message.value)
    else waiting.get(message.id as number)?.(message)
  })
  void ended.then(() => {
    for (const settle of waiting.values()) settle({ error: 'the helper process ended' })
  })
  let asked = 0
  const ask = <T>(question: string, value?: unknown) =>
    new Promise<T>((resolve, reject) => {
      const id = ++asked
      waiting.set(id, (answer) => {
        waiting.delete(id)
        if (answer.error) reject(new Error(answer.error))
        else resolve(answer.value as T)
      })
      child.send({ id, question, value })
    })
  await ask('ready')
  return {
    pid: child.pid as number,
    ask,
    onTell: (listener) => void listeners.push(listener),
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    end: async () => {
      await ask('end').catch(() => undefined)
      child.kill('SIGKILL')
      await ended
    },
  }
}
