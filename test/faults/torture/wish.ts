import { newId } from '../../../src/database/index.js'
import type { RequestOptions } from '../../../src/queue/index.js'
import type { ChildOptions } from './child-setup.js'
import type { jobs, Payload } from './jobs.js'
import type { Random } from './random.js'

type Name = keyof typeof jobs

/** A job to enqueue. */
export interface Wish {
  readonly name: Name
  readonly payload: Payload
  /** With an id of the caller's own in half of them: the others are written in another way, and handed over. */
  readonly options: RequestOptions
  /** On the clock of the machine. */
  readonly dueMs: number
}

const TENANTS = ['acme', 'globex', 'initech']

/** How often each is enqueued one by one, beside the others. */
const SHARES: Readonly<Record<Name, number>> = {
  ...{ finish: 8, plain: 4, flaky: 3, unique: 3, withRow: 0, urgent: 3, limited: 2, rated: 1, parent: 2 },
}

const NAMES = (Object.keys(SHARES) as Name[]).flatMap((name) => Array<Name>(SHARES[name]).fill(name))

const BURST = { least: 30, most: 120 }

/** Of so many one ends in a transaction: that takes time, and workers claim nothing ahead after it for a while. */
const FINISH_ONE_OF = 300

/** Draws what is enqueued next. */
export class Wishes {
  constructor(
    private readonly random: Random,
    private readonly about: Pick<ChildOptions, 'workMs'>,
  ) {}

  /** Of any kind; a quarter of them are due later. */
  next(name: Name = this.random.pick(NAMES)): Wish {
    const laterMs = this.random.between(0, 3) === 0 ? this.random.between(50, 1_000) : 0
    return this.of(name, laterMs)
  }

  /** @param laterMs 0: at once */
  of(name: Name, laterMs = 0): Wish {
    const tenantId = this.random.pick(TENANTS)
    const id = this.random.between(0, 1) === 0 ? { id: newId() } : {}
    const dueMs = Date.now() + laterMs
    return {
      ...{ name, dueMs, payload: this.#payload(name, tenantId) },
      options: { tenantId, ...id, ...this.#due(dueMs, laterMs) },
    }
  }

  /** At once, without an id. */
  burst(): readonly Wish[] {
    return Array.from({ length: this.random.between(BURST.least, BURST.most) }, () => {
      const name = this.random.between(1, FINISH_ONE_OF) === 1 ? 'finish' : 'plain'
      return {
        name,
        payload: { workMs: 0 },
        options: { tenantId: this.random.pick(TENANTS) },
        dueMs: Date.now(),
      }
    })
  }

  #due(dueMs: number, laterMs: number): Partial<RequestOptions> {
    if (laterMs === 0) return {}
    return this.random.between(0, 1) === 0 ? { delay: `${laterMs}ms` } : { runAt: new Date(dueMs) }
  }

  #payload(name: Name, tenantId: string): Payload {
    const workMs = this.random.between(0, this.about.workMs)
    return name === 'unique' ? { workMs, key: `${tenantId} ${this.random.between(0, 20)}` } : { workMs }
  }
}
