import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import readline from 'node:readline'
import { fileURLToPath } from 'node:url'

import type { ChildOptions, Order } from './child-setup.js'

export type Role = 'worker' | 'producer' | 'embedded'

/** A process of its own, as whoever started it sees it. */
export class Child {
  readonly pid: number
  /** Resolves once it works. */
  readonly started: Promise<void>
  readonly ended: Promise<void>
  #isGone = false

  private constructor(private readonly process: ChildProcess) {
    this.pid = process.pid ?? 0
    this.ended = once(process, 'exit').then(() => {
      this.#isGone = true
    })
    this.started = new Promise((resolve, reject) => {
      if (process.stdout)
        readline.createInterface(process.stdout).on('line', (line) => line === 'started' && resolve())
      void this.ended.then(() => reject(new Error('a process ended before it had started')))
    })
    this.started.catch(() => undefined) // whoever waits for it hears
    process.stdin?.on('error', () => undefined) // it is gone
  }

  /** @param log the file that its complaints go to */
  static start(role: Role, options: ChildOptions, log: string): Child {
    const file = openSync(log, 'a')
    const script = fileURLToPath(new URL(`./${role}.js`, import.meta.url))
    const child = spawn(process.execPath, ['--liftoff-only', script, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', file],
    })
    closeSync(file)
    return new Child(child)
  }

  get isGone(): boolean {
    return this.#isGone
  }

  order(order: Order): void {
    this.process.stdin?.write(JSON.stringify(order) + '\n')
  }

  freeze(): void {
    this.process.kill('SIGSTOP')
  }

  wake(): void {
    this.process.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    if (!this.#isGone) this.process.kill('SIGKILL')
    await this.ended
  }
}
