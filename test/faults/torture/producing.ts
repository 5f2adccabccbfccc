import { setTimeout as pause } from 'node:timers/promises'

import pg from 'pg'

import { mayPass, newId, type Database, type Transaction } from '../../../src/database/index.js'
import { request, type Engine } from '../../../src/queue/index.js'
import { complain, isPlanted, type ChildOptions } from './child-setup.js'
import type { Acknowledged, ProducerEntry } from './evidence.js'
import { jobs, type Needs, type Payload } from './jobs.js'
import { Ledger } from './ledger.js'
import { lendTransaction } from './lend-transaction.js'
import { Random } from './random.js'

const CALLERS = 4
const TENANTS = ['acme', 'globex', 'initech']

/** How often a call that found no database is made again, under the same id, and how far apart. */
const TRIES = 60
const AGAIN_MS = 500

/** Until then nobody has run the job that is to vanish. */
const PLANTED_DELAY_MS = 3_000

type Name = keyof typeof jobs

/** How often each is enqueued, beside the others. */
const SHARES: Readonly<Record<Name, number>> = {
  ...{ finish: 8, plain: 4, flaky: 3, unique: 3, withRow: 0, urgent: 3, limited: 2, parent: 2 },
}

/** Enqueues jobs of every kind, one after the other in each of a few loops, and keeps what was acknowledged. */
export class Producing {
  readonly #random: Random
  readonly #ledger: Ledger<ProducerEntry>
  readonly #pool: pg.Pool
  readonly #names: readonly Name[]
  #isStopping = false
  #loops: readonly Promise<void>[] = []
  #unplanted = isPlanted('loss') ? 1 : 0

  constructor(
    private readonly engine: Engine<Needs>,
    private readonly database: Database,
    private readonly options: ChildOptions,
  ) {
    this.#random = new Random(options.seed)
    this.#ledger = new Ledger(`${options.ledger}.produced`)
    this.#pool = new pg.Pool({
      connectionString: options.where,
      max: CALLERS,
      connectionTimeoutMillis: 5_000,
    })
    this.#pool.on('error', () => undefined) // the next call finds out
    this.#names = (Object.keys(SHARES) as Name[]).flatMap((name) => Array<Name>(SHARES[name]).fill(name))
  }

  start(): void {
    this.#loops = Array.from({ length: CALLERS }, () => this.#loop())
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.all(this.#loops)
  }

  async #loop(): Promise<void> {
    while (!this.#isStopping) {
      await this.#produce().catch((error: unknown) => complain(error, 'produce'))
      await pause(this.#random.between(0, 2 * this.options.pauseMs))
    }
  }

  #produce(): Promise<void> {
    const dice = this.#random.next()
    if (this.options.isForeign || dice < this.options.withRows) return this.#enqueueWithRow()
    if (dice > 0.95) return this.#enqueueFlow()
    return this.#enqueue(this.#random.pick(this.#names))
  }

  async #enqueue(name: Name): Promise<void> {
    const [job, jobId, payload] = [jobs[name], newId(), this.#payload(name)]
    const isPlanted = this.#unplanted-- > 0
    const delayMs = isPlanted ? PLANTED_DELAY_MS : this.#delayMs()
    const askedMs = Date.now()
    const options = { tenantId: this.#random.pick(TENANTS), id: jobId, delay: `${delayMs}ms` } as const
    const answer = await this.#insist(jobId, () => this.engine.enqueue(job, payload, options))
    if (!answer) return
    const proof = name === 'plain' ? 'plain' : 'finish'
    const key = payload.key === undefined ? {} : { key: `${options.tenantId} ${payload.key}` }
    this.#acknowledge({
      jobId: answer.id,
      name: job.name,
      proof,
      askedMs,
      dueMs: Date.now() + delayMs,
      ...key,
    })
    if (isPlanted) await this.#plantLoss(answer.id)
  }

  /** A part that waits for two others. */
  async #enqueueFlow(): Promise<void> {
    const askedMs = Date.now()
    const tenantId = this.#random.pick(TENANTS)
    const [a, b, c] = [newId(), newId(), newId()]
    const part = (id: string) => request(jobs.finish, this.#payload('finish'), { tenantId, id })
    const flow = { a: part(a), b: part(b), c: { ...part(c), after: ['a', 'b'] as const } }
    if (!(await this.#insist(c, () => this.engine.enqueueFlow(flow as never)))) return
    const seen = { name: jobs.finish.name, proof: 'finish', askedMs, dueMs: Date.now() } as const
    for (const jobId of [a, b]) this.#acknowledge({ ...seen, jobId })
    this.#acknowledge({ ...seen, jobId: c, after: [a, b] })
  }

  /** In a transaction with a row; of those every third is rolled back. */
  async #enqueueWithRow(): Promise<void> {
    const [rowId, jobId, askedMs] = [newId(), newId(), Date.now()]
    const isRolledBack = this.#random.between(1, 3) === 3
    const payload = this.#payload('withRow')
    const options = { tenantId: this.#random.pick(TENANTS), id: jobId }
    try {
      await this.#transaction(async (tx) => {
        await tx.query('INSERT INTO public.own_row (row_id, job_id) VALUES ($1, $2)', [rowId, jobId])
        await this.engine.enqueue(jobs.withRow, payload, { ...options, tx })
        if (isRolledBack) throw new RolledBack()
      })
      const seen = { jobId, name: jobs.withRow.name, proof: 'finish', askedMs } as const
      this.#acknowledge({ ...seen, dueMs: Date.now() })
    } catch (error) {
      // Whether one that failed at its commit is there tells its row.
      if (isRolledBack) this.#ledger.keep({ saw: 'rolled back', rowId, jobId, atMs: Date.now() })
      if (!(error instanceof RolledBack)) await this.#pauseAfter(error)
    }
  }

  #transaction(work: (tx: Transaction) => Promise<void>): Promise<void> {
    return this.options.isForeign ? lendTransaction(this.#pool, work) : this.database.transaction(work)
  }

  /** A quarter of the jobs are due later. */
  #delayMs(): number {
    return this.#random.between(0, 3) === 0 ? this.#random.between(50, 1_000) : 0
  }

  #payload(name: Name): Payload {
    const workMs = this.#random.between(0, this.options.workMs)
    return name === 'unique' ? { workMs, key: String(this.#random.between(0, 20)) } : { workMs }
  }

  /** Asks again, under the same id, until there is an answer. @returns it; `undefined` after too many tries */
  async #insist<Answer>(jobId: string, call: () => Promise<Answer>): Promise<Answer | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        return await call()
      } catch (error) {
        if (tries === TRIES || this.#isStopping || !mayPass(error)) return this.#refused(jobId, error)
        await this.#pauseAfter(error)
      }
    }
  }

  #refused(jobId: string, error: unknown): undefined {
    complain(error, 'enqueue')
    this.#ledger.note({ saw: 'refused', jobId, code: (error as { code?: string }).code ?? 'unknown' })
  }

  async #pauseAfter(error: unknown): Promise<void> {
    if (!mayPass(error)) complain(error, 'enqueue')
    await pause(AGAIN_MS)
  }

  #acknowledge(job: Omit<Acknowledged, 'acknowledgedMs'>): void {
    this.#ledger.keep({ saw: 'acknowledged', ...job, acknowledgedMs: Date.now() })
  }

  /** Behind the engine's back, for the test that shows that it is found out. */
  async #plantLoss(jobId: string): Promise<void> {
    await this.database.query('DELETE FROM linehaul.job WHERE id = $1', [jobId])
  }
}

class RolledBack extends Error {}
