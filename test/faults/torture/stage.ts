import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { Child, type Role } from './child.js'
import type { Effect, Evidence, OwnRow, ProducerEntry, WorkerEntry } from './evidence.js'
import { readLedger } from './ledger.js'
import type { Random } from './random.js'

/** One statement, wherever the database is by now, on a connection that no fault is put in the way of. */
export type Look = <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>

export interface StageOptions {
  /** How its processes reach the database: an address, or a folder. */
  readonly where: string
  readonly look: Look
  /** For what its processes see, and for their complaints. */
  readonly folder: string
  readonly random: Random
  readonly signal: AbortSignal
}

/** How long processes may take to stop by themselves, and jobs to end once nothing is broken any more. */
const STOP_WITHIN_MS = 20_000
const QUIET_WITHIN_MS = 60_000

/** A database, the processes on it, and what is known of what they did. */
export class Stage {
  readonly injectedMs: number[] = []
  readonly #children: { role: Role; child: Child; ledger: string }[] = []

  constructor(readonly on: StageOptions) {}

  get random(): Random {
    return this.on.random
  }

  /** Those that live. */
  get workers(): readonly Child[] {
    return this.#living('worker')
  }

  get producers(): readonly Child[] {
    return this.#living('producer')
  }

  /** Resolves once they work. */
  async start({ producers = 1, workers = 2, ...about }: Partial<Crew> = {}): Promise<void> {
    const children = [
      ...Array.from({ length: workers }, () => this.add('worker', about)),
      ...Array.from({ length: producers }, () => this.add('producer', about)),
    ]
    await Promise.all(children.map(({ started }) => started))
  }

  add(
    role: Role,
    {
      where = this.on.where,
      pauseMs = 80,
      workMs = 200,
      withRows = 0.15,
      isForeign = false,
    }: Partial<Crew> = {},
  ): Child {
    const name = `${role}-${this.#children.length + 1}`
    const ledger = path.join(this.on.folder, name)
    const options = { where, ledger, seed: this.random.fork(), pauseMs, workMs, withRows, isForeign }
    const child = Child.start(role, options, path.join(this.on.folder, `${name}.log`))
    this.#children.push({ role, child, ledger })
    return child
  }

  /** Something is broken this moment. */
  noteInjection(): void {
    this.injectedMs.push(Date.now())
  }

  /** `kill -9`, and another of its kind. */
  async killAndReplace(role: Role, victim: Child, about: Partial<Crew> = {}): Promise<void> {
    this.noteInjection()
    await victim.kill()
    await this.add(role, about).started
  }

  pause(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.on.signal })
  }

  /** A time between, by chance. */
  async pauseAbout(ms: number): Promise<void> {
    await this.pause(this.random.between(Math.round(ms / 2), Math.round(ms * 1.5)))
  }

  /** Nothing more is enqueued, and what was is run. @returns what everyone saw */
  async settle(): Promise<Evidence> {
    await Promise.all(this.producers.map((child) => this.stop(child)))
    await this.#untilQuiet()
    return this.gather()
  }

  /** Gives it time to end by itself. */
  async stop(child: Child): Promise<void> {
    child.order({ do: 'stop' })
    await Promise.race([child.ended, this.pause(STOP_WITHIN_MS)])
    await child.kill()
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.map(({ child }) => child.kill()))
  }

  #living(wanted: Role): readonly Child[] {
    return this.#children.flatMap(({ role, child }) => (role === wanted && !child.isGone ? [child] : []))
  }

  /** The engine's own table tells only when to look, not what to find. */
  async #untilQuiet(): Promise<void> {
    const untilMs = Date.now() + QUIET_WITHIN_MS
    for (let looks = 0; looks < 2 && Date.now() < untilMs; await this.pause(200)) {
      const open = await this.on.look(OPEN).catch(() => [{}])
      looks = open.length === 0 ? looks + 1 : 0
    }
  }

  /** What everyone has seen until now. */
  async gather(): Promise<Evidence> {
    const { look } = this.on
    const ledgers = <Entry>(which: 'produced' | 'worked') =>
      this.#children.flatMap(({ ledger }) => readLedger<Entry>(`${ledger}.${which}`))
    return {
      injectedMs: this.injectedMs,
      produced: ledgers<ProducerEntry>('produced'),
      worked: ledgers<WorkerEntry>('worked'),
      effects: await look<Effect>(EFFECTS),
      ownRows: await look<OwnRow>(OWN_ROWS),
      gaveUp: (await look<{ id: string }>(GAVE_UP)).map(({ id }) => id),
    }
  }
}

export interface Crew {
  readonly producers: number
  readonly workers: number
  readonly where: string
  readonly pauseMs: number
  readonly workMs: number
  readonly withRows: number
  readonly isForeign: boolean
}

/** The tables of the oracle. Nothing keeps a job from leaving two rows, so that it is seen when it does. */
export const TABLES = `
CREATE TABLE public.effect (job_id uuid, name text, key text, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE public.own_row (row_id uuid, job_id uuid)`

const OPEN = `SELECT FROM linehaul.job WHERE name LIKE 'torture.%' LIMIT 1`

const EFFECTS = `
SELECT job_id::text AS "jobId", name, key, (1000 * extract(epoch FROM at))::float8 AS "atMs" FROM public.effect`

const OWN_ROWS = `SELECT row_id::text AS "rowId", job_id::text AS "jobId" FROM public.own_row`

const GAVE_UP = `
SELECT id::text AS "id" FROM linehaul.job_archive WHERE state = 'dead' AND error->>'code' = 'JOBS_LOST'`

/** What the engine says of a job that is missing, for whoever looks for the cause. */
export const EXPLAIN = `
SELECT id::text AS "id", name, state, attempt, losses::int AS "losses", run_at AS "runAt", attempts
FROM (SELECT id, name, state, attempt, losses, run_at, attempts FROM linehaul.job
      UNION ALL SELECT id, name, state, attempt, losses, run_at, attempts FROM linehaul.job_archive) AS job
WHERE id = ANY ($1::uuid[])`
