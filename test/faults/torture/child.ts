import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { fileURLToPath } from 'node:url'

import type { Answer, ChildOptions, Order } from './child-setup.js'

/** What a process does: run jobs, enqueue them, or both. */
export type Role = 'worker' | 'producer' | 'both'

const SCRIPTS: Readonly<Record<Role, string>> = {
  worker: './worker.js',
  producer: './producer.js',
  both: './worker.js',
}

/** A process of its own, as whoever started it sees it. */
export class Child {
  readonly pid: number
  /** Resolves once it works. */
  readonly started: Promise<void>
  readonly ended: Promise<void>
  readonly #answers = new Map<number, (answer: unknown) => void>()
  #orders = 0
  #isGone = false
  #toldTo: 'stop' | 'die' | undefined
  #end: number | string | null = null

  private constructor(
    private readonly process: ChildProcess,
    readonly name: string,
    private readonly log: string,
  ) {
    this.pid = process.pid ?? 0
    this.ended = once(process, 'exit').then(([code, signal]) => {
      this.#isGone = true
      this.#end = (signal ?? code) as string | number
    })
    this.started = new Promise((resolve, reject) => {
      if (process.stdout)
        readline.createInterface(process.stdout).on('line', (line) => {
          if (line === 'started') resolve()
          else if (line.startsWith('{')) this.#heard(JSON.parse(line) as Answer)
        })
      void this.ended.then(() => reject(new Error(`${name} ended before it had started; its log is ${log}`)))
    })
    this.started.catch(() => undefined) // whoever waits for it hears
    process.stdin?.on('error', () => undefined) // it is gone
  }

  /** @param folder what it sees and what it complains of goes into files of its name there */
  static start(role: Role, name: string, folder: string, options: Omit<ChildOptions, 'ledger'>): Child {
    const log = path.join(folder, `${name}.log`)
    const file = openSync(log, 'a')
    const script = fileURLToPath(new URL(SCRIPTS[role], import.meta.url))
    const given = { ...options, ledger: path.join(folder, name) } satisfies ChildOptions
    const child = spawn(process.execPath, ['--liftoff-only', script, JSON.stringify(given)], {
      stdio: ['pipe', 'pipe', file],
    })
    closeSync(file)
    return new Child(child, name, log)
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** How it ended, where nobody had killed it and it was not told to stop, or could not. */
  get mishap(): string | undefined {
    const isAsTold = this.#toldTo === 'die' || (this.#toldTo === 'stop' && this.#end === 0)
    if (!this.#isGone || isAsTold) return undefined
    const how = this.#toldTo === 'stop' ? 'could not stop, and ended' : 'ended by itself'
    return `${this.name} ${how} with ${this.#end}; its log is ${this.log}`
  }

  /** Resolves once it has done so. @throws when it ends first */
  async order<Result = void>(order: Exclude<Order, { do: 'stop' }>): Promise<Result> {
    const answer = new Promise<unknown>((resolve) => this.#answers.set(this.#write(order), resolve))
    const gone = this.ended.then(() => {
      throw new Error(`${this.name} ended before it had done what it was told: ${order.do}`)
    })
    return (await Promise.race([answer, gone])) as Result
  }

  /** It may end from now on. */
  tellToStop(): void {
    this.#toldTo ??= 'stop'
    this.#write({ do: 'stop' })
  }

  freeze(): void {
    this.process.kill('SIGSTOP')
  }

  wake(): void {
    this.process.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    if (!this.#isGone) {
      this.#toldTo = 'die'
      this.process.kill('SIGKILL')
    }
    await this.ended
  }

  #write(order: Order): number {
    const id = ++this.#orders
    this.process.stdin?.write(JSON.stringify({ ...order, id }) + '\n')
    return id
  }

  #heard({ answers, result }: Answer): void {
    this.#answers.get(answers)?.(result)
    this.#answers.delete(answers)
  }
}
