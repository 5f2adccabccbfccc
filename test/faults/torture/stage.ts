import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { Child, type Role } from './child.js'
import { COMMON, type Crew } from './crew.js'
import type { Effect, Evidence, Injection, OwnRow, ProducerEntry, WorkerEntry } from './evidence.js'
import { readLedger } from './ledger.js'
import { EFFECTS, GAVE_UP, OPEN, OWN_ROWS, type OpenJob } from './oracle.js'
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
  /** The round is to end now: nothing that it would still show could be believed. */
  fail(reason: Error): void
}

/** How long processes may take to stop by themselves, and jobs to end once nothing is broken any more. */
const STOP_WITHIN_MS = 30_000
const QUIET_WITHIN_MS = 90_000

interface Member {
  readonly role: Role
  readonly child: Child
  readonly about: Partial<Crew>
}

/** A database, the processes on it, and what is known of what they did. */
export class Stage {
  readonly #injections: Injection[] = []
  readonly #members: Member[] = []

  constructor(readonly on: StageOptions) {}

  get random(): Random {
    return this.on.random
  }

  /** Those that live and run jobs. */
  get workers(): readonly Child[] {
    return this.#living('worker', 'both')
  }

  /** Those that live and do nothing but enqueue. */
  get producers(): readonly Child[] {
    return this.#living('producer')
  }

  /** Resolves once they work. */
  async start(about: Partial<Crew> = {}): Promise<void> {
    const { producers, workers, both } = { ...COMMON, ...about }
    const roles: readonly Role[] = [
      ...Array<Role>(workers).fill('worker'),
      ...Array<Role>(both).fill('both'),
      ...Array<Role>(producers).fill('producer'),
    ]
    await Promise.all(roles.map((role) => this.add(role, about).started))
  }

  add(role: Role, about: Partial<Crew> = {}): Child {
    const { where, load, pauseMs, workMs, withRows, isForeign } = {
      where: this.on.where,
      ...COMMON,
      ...about,
    }
    const child = Child.start(role, `${role}-${this.#members.length + 1}`, this.on.folder, {
      ...{ where, load, pauseMs, workMs, withRows, isForeign },
      ...{ seed: this.random.fork(), enqueues: role !== 'worker' },
    })
    void child.ended.then(() => child.mishap && this.on.fail(new Error(child.mishap)))
    this.#members.push({ role, child, about })
    return child
  }

  /** Something is broken this moment, or was then. */
  noteInjection(about: Partial<Injection> = {}): void {
    this.#injections.push({ atMs: Date.now(), ...about })
  }

  /** `kill -9`, and another of its kind. */
  async killAndReplace(victim: Child): Promise<void> {
    const { role, about } = this.#members.find(({ child }) => child === victim) as Member
    this.noteInjection({ of: victim.name })
    await victim.kill()
    await this.add(role, about).started
  }

  /** What was written down until now by one that runs jobs. */
  workedBy({ name }: Child): readonly WorkerEntry[] {
    return readLedger(path.join(this.on.folder, `${name}.worked`))
  }

  /** What was written down until now by all that enqueue. */
  produced(): readonly ProducerEntry[] {
    return this.#ledgers<ProducerEntry>('produced')
  }

  pause(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.on.signal })
  }

  /** A time between, by chance. */
  async pauseAbout(ms: number): Promise<void> {
    await this.pause(this.random.between(Math.round(ms / 2), Math.round(ms * 1.5)))
  }

  /** Looks again and again, until there is one. */
  async until<Found>(find: () => Promise<Found | undefined>): Promise<Found> {
    for (;;) {
      const found = await find()
      if (found !== undefined) return found
      await this.pause(20)
    }
  }

  /** Nothing more is enqueued, and what was is run. @returns what everyone saw */
  async settle(): Promise<Evidence> {
    await this.quieten()
    return this.gather()
  }

  /** Nothing more is enqueued, and what was is run. */
  async quieten(): Promise<void> {
    await Promise.all([
      ...this.producers.map((child) => this.stop(child)),
      ...this.#living('both').map((child) => child.order({ do: 'rest' })),
    ])
    await this.#untilQuiet()
  }

  /** Gives it time to end by itself. @throws when it does not */
  async stop(child: Child): Promise<void> {
    child.tellToStop()
    const inTime = await Promise.race([child.ended.then(() => true), this.pause(STOP_WITHIN_MS)])
    if (!inTime) throw new Error(`${child.name} did not stop within ${STOP_WITHIN_MS / 1_000} s`)
  }

  async end(): Promise<void> {
    await Promise.all(this.#members.map(({ child }) => child.kill()))
  }

  #living(...wanted: readonly Role[]): readonly Child[] {
    return this.#members.flatMap(({ role, child }) => (wanted.includes(role) && !child.isGone ? [child] : []))
  }

  async #untilQuiet(): Promise<void> {
    const untilMs = Date.now() + QUIET_WITHIN_MS
    for (let looks = 0; looks < 2; await this.pause(200)) {
      const open = await this.on.look<OpenJob>(OPEN).catch(() => undefined)
      looks = open?.length === 0 ? looks + 1 : 0
      if (Date.now() > untilMs) throw new Error(notQuiet(open))
    }
  }

  /** What everyone has seen until now. */
  async gather(): Promise<Evidence> {
    const { look } = this.on
    return {
      injections: this.#injections,
      produced: this.produced(),
      worked: this.#ledgers<WorkerEntry>('worked'),
      effects: await look<Effect>(EFFECTS),
      ownRows: await look<OwnRow>(OWN_ROWS),
      gaveUp: (await look<{ id: string }>(GAVE_UP)).map(({ id }) => id),
    }
  }

  #ledgers<Entry>(which: 'produced' | 'worked'): readonly (Entry & { by: string })[] {
    return this.#members.flatMap(({ child: { name } }) =>
      readLedger<Entry>(path.join(this.on.folder, `${name}.${which}`)).map((entry) => ({
        ...entry,
        by: name,
      })),
    )
  }
}

function notQuiet(open: readonly OpenJob[] | undefined): string {
  const seconds = QUIET_WITHIN_MS / 1_000
  if (!open) return `the database still does not answer ${seconds} s after the last fault`
  const each = open.map(
    ({ id, name, state, attempt, losses }) => `${id} ${name} ${state}, attempt ${attempt}, ${losses} losses`,
  )
  return `jobs are still open ${seconds} s after the last was enqueued: ${each.join('; ')}`
}
