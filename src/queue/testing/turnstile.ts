import { z } from 'zod'

import type { Attempt } from '../attempt/attempt.js'
import { defineJob, type Job, type JobTraits, type RunsInProcess } from '../define-job.js'
import type { Outcome } from '../attempt/outcome.js'

const Payload = z.object({ key: z.string().default('') })

export type TurnstileJob = Job<{ key: string }, unknown>

interface Visitor {
  readonly key: string
  readonly attempt: Attempt
  end(outcome?: Outcome): void
  fail(error: Error): void
}

/** Definitions whose handlers begin and go on until they are let go; keeps count of who is inside. */
export class Turnstile {
  readonly inside: Visitor[] = []
  /** `key@tenant` of all that ever began, in order. */
  readonly begun: string[] = []
  /** Most that were ever inside at once. */
  most = 0
  /** Whether handlers end at once instead. */
  isOpen = false

  job(
    name: `${string}.${string}`,
    options: Partial<JobTraits<{ key: string }> & RunsInProcess<{ key: string }, unknown>> = {},
  ): TurnstileJob {
    return defineJob<{ key: string }>({
      name,
      queue: 'default',
      payload: Payload,
      timeout: '1h',
      run: ({ key }, _needs, attempt) => this.#enter(key, attempt),
      ...options,
    })
  }

  /** Who is inside, by key, sorted. */
  get keys(): readonly string[] {
    return this.inside.map(({ key }) => key).sort()
  }

  #enter(key: string, attempt: Attempt): Promise<Outcome> {
    this.begun.push(`${key}@${attempt.tenantId}`)
    if (this.isOpen) return Promise.resolve(undefined)
    return new Promise<Outcome>((resolve, reject) => {
      const visitor: Visitor = { key, attempt, end: (outcome) => resolve(outcome), fail: reject }
      this.inside.push(visitor)
      this.most = Math.max(this.most, this.inside.length)
      attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason as Error))
    }).finally(() => {
      const index = this.inside.findIndex((one) => one.attempt === attempt)
      this.inside.splice(index, 1)
    })
  }
}
