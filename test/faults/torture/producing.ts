import { setTimeout as pause } from 'node:timers/promises'

import pg from 'pg'

import { mayPass, newId, type Database, type Transaction } from '../../../src/database/index.js'
import { request, type Engine } from '../../../src/queue/index.js'
import { complain, isPlanted, type ChildOptions } from './child-setup.js'
import type { Acknowledged, ProducerEntry } from './evidence.js'
import { jobs, type Needs } from './jobs.js'
import { Ledger } from './ledger.js'
import { lendTransaction } from './lend-transaction.js'
import { Random } from './random.js'
import { Wishes, type Wish } from './wish.js'

const CALLERS = 4

/** Calls made at the same time, which the engine writes together. */
const AT_ONCE = 40

/** How often a call that found no database is made again, under the same id, and how far apart. */
const TRIES = 60
const AGAIN_MS = 500

/** Until then nobody has run the job that is to vanish. */
const PLANTED_DELAY_MS = 3_000

/** Enqueues jobs, one call after the other in each of a few loops, and keeps what was acknowledged. */
export class Producing {
  readonly #random: Random
  readonly #wishes: Wishes
  readonly #ledger: Ledger<ProducerEntry>
  readonly #pool: pg.Pool
  #isStopping = false
  #loops: readonly Promise<void>[] = []
  #losses = isPlanted('loss') ? 1 : 0
  #torn = isPlanted('torn') ? 1 : 0

  constructor(
    private readonly engine: Engine<Needs>,
    private readonly database: Database,
    private readonly options: ChildOptions,
  ) {
    this.#random = new Random(options.seed)
    this.#wishes = new Wishes(this.#random, options)
    this.#ledger = new Ledger(`${options.ledger}.produced`)
    this.#pool = new pg.Pool({
      connectionString: options.where,
      max: CALLERS,
      connectionTimeoutMillis: 5_000,
    })
    this.#pool.on('error', () => undefined) // the next call finds out
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
      await this.#produce()
      await pause(this.#random.between(0, 2 * this.options.pauseMs))
    }
  }

  #produce(): Promise<unknown> {
    if (this.options.load === 'bursts') return this.#enqueueBurst()
    const dice = this.#random.next()
    if (this.options.isForeign || dice < this.options.withRows) return this.#enqueueWithRow()
    if (dice > 0.95) return this.#enqueueFlow()
    return this.#losses > 0 ? this.#plantLoss() : this.#enqueue(this.#wishes.next())
  }

  async #enqueue(wish: Wish): Promise<string | undefined> {
    const askedMs = Date.now()
    const { name, payload, options } = wish
    const answer = await this.#insist(options.id, () => this.engine.enqueue(jobs[name], payload, options))
    if (answer) this.#acknowledge(seen(wish, askedMs, answer.id))
    return answer?.id
  }

  async #enqueueBurst(): Promise<void> {
    const wishes = this.#wishes.burst()
    if (this.#random.between(0, 1) === 0) return this.#enqueueMany(wishes)
    await Promise.all(wishes.slice(0, AT_ONCE).map((wish) => this.#enqueue(wish)))
  }

  async #enqueueMany(wishes: readonly Wish[]): Promise<void> {
    const askedMs = Date.now()
    const requests = wishes.map(({ name, payload, options }) => request(jobs[name], payload, options))
    const answers = await this.#insist(undefined, () => this.engine.client.enqueueMany(requests))
    if (answers) this.#acknowledge(...answers.map(({ id }, i) => seen(wishes[i] as Wish, askedMs, id)))
  }

  /** A part that waits for two others. */
  async #enqueueFlow(): Promise<void> {
    const askedMs = Date.now()
    const first = this.#wishes.of('finish')
    const { tenantId, id } = first.options
    const part = () => {
      const { payload } = this.#wishes.of('finish')
      return request(jobs.finish, payload, { tenantId, ...(id !== undefined && { id: newId() }) })
    }
    const flow = { a: part(), b: part(), c: { ...part(), after: ['a', 'b'] as const } }
    const answer = await this.#insist(flow.c.id, () => this.engine.enqueueFlow(flow))
    if (!answer) return
    const [a, b] = [seen(first, askedMs, answer.a.id), seen(first, askedMs, answer.b.id)]
    this.#acknowledge(a, b, { ...seen(first, askedMs, answer.c.id), after: [a.jobId, b.jobId] })
  }

  /** In a transaction with a row; of those every third is rolled back. */
  async #enqueueWithRow(): Promise<void> {
    const [wish, askedMs] = [this.#wishes.of('withRow'), Date.now()]
    const isRolledBack = this.#random.between(1, 3) === 3
    const isTorn = !isRolledBack && this.#torn-- > 0
    let written: { rowId: string; jobId: string } | undefined
    try {
      await this.#transaction(async (tx) => {
        const options = { ...wish.options, tx }
        const { id } = isTorn
          ? { id: newId() }
          : await this.engine.enqueue(jobs.withRow, wish.payload, options)
        written = { rowId: newId(), jobId: id }
        await tx.query('INSERT INTO public.own_row (row_id, job_id) VALUES ($1, $2)', [written.rowId, id])
        if (isRolledBack) throw new RolledBack()
      })
      if (!isTorn && written) this.#acknowledge(seen(wish, askedMs, written.jobId))
    } catch (error) {
      // Whether one that failed at its commit is there tells its row.
      if (isRolledBack && written) this.#ledger.keep({ saw: 'rolled back', ...written, atMs: Date.now() })
      if (!(error instanceof RolledBack)) await this.#refused(written?.jobId ?? null, error)
    }
  }

  #transaction(work: (tx: Transaction) => Promise<void>): Promise<void> {
    return this.options.isForeign ? lendTransaction(this.#pool, work) : this.database.transaction(work)
  }

  /**
   * Asks again until there is an answer, where it has an id to ask under.
   * @returns `undefined`: whether the job is there is unknown
   */
  async #insist<Answer>(id: string | undefined, call: () => Promise<Answer>): Promise<Answer | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        return await call()
      } catch (error) {
        const isLast = id === undefined || tries === TRIES || this.#isStopping || !mayPass(error)
        if (isLast) return this.#refused(id ?? null, error)
        await pause(AGAIN_MS)
      }
    }
  }

  async #refused(jobId: string | null, error: unknown): Promise<undefined> {
    if (!mayPass(error)) complain(error, 'enqueue')
    this.#ledger.note({ saw: 'refused', jobId, code: codeOf(error) })
    if (!this.#isStopping) await pause(AGAIN_MS)
  }

  #acknowledge(...seenJobs: readonly Omit<Acknowledged, 'acknowledgedMs'>[]): void {
    const acknowledgedMs = Date.now()
    this.#ledger.keep(...seenJobs.map((job) => ({ saw: 'acknowledged', ...job, acknowledgedMs }) as const))
  }

  /** Behind the engine's back, for the test that shows that it is found out. */
  async #plantLoss(): Promise<void> {
    this.#losses -= 1
    const jobId = await this.#enqueue(this.#wishes.of('finish', PLANTED_DELAY_MS))
    if (jobId !== undefined) await this.database.query('DELETE FROM linehaul.job WHERE id = $1', [jobId])
  }
}

class RolledBack extends Error {}

function seen(
  { name, payload, dueMs }: Wish,
  askedMs: number,
  jobId: string,
): Omit<Acknowledged, 'acknowledgedMs'> {
  const key = payload.key === undefined ? {} : { key: payload.key }
  return {
    jobId,
    name: jobs[name].name,
    proof: name === 'plain' ? 'plain' : 'finish',
    askedMs,
    dueMs,
    ...key,
  }
}

/** Plain `pg` tells of a connection that broke in words alone. */
function codeOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  if (code !== undefined) return code
  const isBroken = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/
  return isBroken.test(message ?? '') ? 'CONNECTION_LOST' : `${message}`
}
