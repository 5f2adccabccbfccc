import { Worker } from 'node:worker_threads'

import type { Presence, PresenceOptions } from './presence.js'

/** Shows this process to others on a server, from a thread of its own. */
export class PostgresPresence implements Presence {
  readonly #thread: Worker
  readonly #exited: Promise<void>
  #isShown = false
  #isEnding = false

  private constructor(
    url: string,
    patienceMs: number,
    { onChange, ...options }: PresenceOptions,
    onFirst: () => void,
  ) {
    this.#thread = new Worker(new URL('./postgres-presence-thread.js', import.meta.url), {
      workerData: { url, patienceMs, ...options },
    })
    const change = (isShown: boolean) => {
      this.#isShown = isShown
      onChange(isShown)
      onFirst()
    }
    this.#thread.on('message', (message: 'are you there?' | { isShown: boolean }) => {
      if (message === 'are you there?') this.#thread.postMessage('yes')
      else change(message.isShown)
    })
    this.#thread.on('error', () => undefined) // 'exit' follows
    this.#exited = new Promise((resolve) => {
      this.#thread.on('exit', () => {
        if (this.#isShown && !this.#isEnding) change(false)
        onFirst()
        resolve()
      })
    })
  }

  /**
   * Resolves once it is shown, or could not be at the first try.
   * @param patienceMs how long the server may take for anything, the end included
   */
  static async begin(url: string, patienceMs: number, options: PresenceOptions): Promise<PostgresPresence> {
    let first: () => void = () => undefined
    const tried = new Promise<void>((resolve) => (first = resolve))
    const presence = new PostgresPresence(url, patienceMs, options, () => first())
    await tried
    return presence
  }

  get isShown(): boolean {
    return this.#isShown
  }

  async end(): Promise<void> {
    this.#isEnding = true
    this.#thread.postMessage('end')
    await this.#exited
  }
}
