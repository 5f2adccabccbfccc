import { fork, type ChildProcess } from 'node:child_process'

interface Reply {
  readonly id: number
  readonly answer?: unknown
  readonly error?: string
}

/** A process of this benchmark's own, which answers questions. */
export class Child {
  readonly #process: ChildProcess
  readonly #asked = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  #lastId = 0

  /** @param file compiled, beside the main program */
  constructor(file: string, ...parameters: string[]) {
    this.#process = fork(new URL(`../${file}`, import.meta.url), parameters)
    this.#process.on('message', (reply: Reply) => this.#settle(reply))
    this.#process.on('exit', (code) => {
      for (const { reject } of this.#asked.values()) reject(new Error(`${file} ended with code ${code}`))
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  ask<Answer>(question: unknown): Promise<Answer> {
    const id = (this.#lastId += 1)
    return new Promise<Answer>((resolve, reject) => {
      this.#asked.set(id, { resolve: resolve as (answer: unknown) => void, reject })
      this.#process.send({ id, question })
    })
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  #settle({ id, answer, error }: Reply): void {
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    if (error === undefined) asked?.resolve(answer)
    else asked?.reject(new Error(error))
  }
}

/** The other side of {@link Child}: answers until its parent has gone. */
export function answerQuestions<Question>(answer: (question: Question) => unknown): void {
  const reply = (message: Reply): void => void process.send?.(message)
  process.on('message', ({ id, question }: { id: number; question: Question }) => {
    Promise.resolve(question)
      .then(answer)
      .then(
        (value) => reply({ id, answer: value }),
        (error: unknown) => reply({ id, error: String(error) }),
      )
  })
  process.on('disconnect', () => process.exit())
}
