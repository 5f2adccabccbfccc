import { once } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

import type { Piscina } from 'piscina'

import { ATTEMPT_DATA } from './attempt.js'
import { JobsError, PermanentError, RetryableError } from '../errors.js'
import { wishFrom, type Outcome } from './outcome.js'
import type { ThreadAttempt } from './thread-handler.js'

/** How long a thread that has nothing to do is kept, for it takes tens of milliseconds to start one. */
const IDLE_MS = 30_000

/** How a handler in a thread ended, in what a message between threads can hold. */
type Answer =
  | { readonly result: string | undefined }
  | { readonly wish: Parameters<typeof wishFrom>[0] }
  | { readonly error: ThrownInThread }

interface ThrownInThread {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  readonly retryAfterMs?: number
}

/** What a handler in a thread says while it runs. */
type Said =
  | { readonly progress: Parameters<ThreadAttempt['progress']> }
  | { readonly log: Parameters<ThreadAttempt['log']> }
  | { readonly asks: 'awaited' }

/** Runs handlers in worker threads, each alone in its own. The first one loads what is needed for that. */
export class Threads {
  #pool: Promise<Piscina> | undefined

  /** @param most threads at a time */
  constructor(private readonly most: number) {}

  /** @param abandoned ends the thread, whatever it is doing */
  async run(module: URL, payload: unknown, attempt: ThreadAttempt, abandoned: AbortSignal): Promise<Outcome> {
    const pool = await (this.#pool ??= this.#open())
    const { port1: ours, port2: theirs } = new MessageChannel()
    const allSaid = once(ours, 'close')
    const wrong: unknown[] = []
    let answered: Promise<void> = Promise.resolve()
    ours.on('message', (said: Said) => {
      try {
        if ('asks' in said) answered = answered.then(() => tell(ours, attempt))
        else hear(attempt, said)
      } catch (error) {
        wrong.push(error)
      }
    })
    const abort = () => ours.postMessage({ abort: portable(attempt.signal.reason) })
    attempt.signal.addEventListener('abort', abort)
    if (attempt.signal.aborted) abort()
    try {
      const task = { module: module.href, payload, about: dataOf(attempt), port: theirs }
      const answer = (await pool.run(task, { transferList: [theirs], signal: abandoned })) as Answer
      await allSaid
      if (wrong.length > 0) throw wrong[0]
      return outcomeOf(answer)
    } finally {
      attempt.signal.removeEventListener('abort', abort)
      ours.close()
    }
  }

  /** Ends the threads, which must have nothing to do any more. */
  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined) // whoever asked for it has heard why it cannot be opened
    await pool?.destroy()
  }

  async #open(): Promise<Piscina> {
    const { Piscina } = await import('piscina')
    return new Piscina({
      filename: new URL('./thread.js', import.meta.url).href,
      name: 'run',
      minThreads: 0,
      maxThreads: this.most,
      idleTimeout: IDLE_MS,
      atomics: 'disabled', // its event loop is to go on, whatever a handler left behind
    })
  }
}

async function tell(port: MessagePort, attempt: ThreadAttempt): Promise<void> {
  try {
    port.postMessage({ answer: { jobs: await attempt.awaited() } })
  } catch (error) {
    port.postMessage({ answer: { error: portable(error) } })
  }
}

function hear(attempt: ThreadAttempt, said: Exclude<Said, { asks: unknown }>): void {
  if ('progress' in said) attempt.progress(...said.progress)
  else attempt.log(...said.log)
}

function dataOf(attempt: ThreadAttempt): object {
  return Object.fromEntries(ATTEMPT_DATA.map((name) => [name, attempt[name]]))
}

function portable(reason: unknown): object {
  const { name, message, code } = reason as Partial<ThrownInThread>
  return { name, message, code }
}

function outcomeOf(answer: Answer): Outcome {
  if ('error' in answer) throw errorFrom(answer.error)
  if ('wish' in answer) return wishFrom(answer.wish)
  return answer.result === undefined ? undefined : (JSON.parse(answer.result) as Outcome)
}

/** A class does not survive the way between threads, so the engine's own are told by their code. */
function errorFrom({ name, message, code, stack, retryAfterMs }: ThrownInThread): Error {
  if (code === 'JOBS_PERMANENT' || name === 'PermanentError') return new PermanentError(message)
  if (code === 'JOBS_RETRYABLE' || name === 'RetryableError') return new RetryableError(message, retryAfterMs)
  const error = code === undefined ? new Error(message) : new JobsError(code, message)
  return Object.assign(error, { name, stack })
}
