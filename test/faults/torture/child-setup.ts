import readline from 'node:readline'

import { openEmbedded, PostgresDatabase, type Database } from '../../../src/database/index.js'
import { Engine } from '../../../src/queue/index.js'
import type { WorkerEntry } from './evidence.js'
import { jobs, type Needs } from './jobs.js'
import { JumpingClock } from './jumping-clock.js'
import { Ledger } from './ledger.js'

/** What a child process is told at its start. */
export interface ChildOptions {
  /** `postgres://…`, or the folder of an embedded database. */
  readonly where: string
  /** Where it writes what it sees. */
  readonly ledger: string
  readonly seed: number
  /** Workers only: whether they enqueue jobs as well. */
  readonly enqueues: boolean
  readonly load: Load
  readonly pauseMs: number
  /** Handlers take up to so long. */
  readonly workMs: number
  /** Producers only: enqueues nothing but in transactions of its own that it lends, as `foreignTransaction` does. */
  readonly isForeign: boolean
  /** How much of what it does goes with a row of its own, of which every third is rolled back; 0 to 1. */
  readonly withRows: number
}

/** Jobs of every kind one by one, or many at a time that take no time, so that workers claim ahead. */
export type Load = 'mixed' | 'bursts'

/** What a child process is told later, a line of JSON each, with an id. */
export type Order =
  | { readonly do: 'stop' }
  | { readonly do: 'block'; readonly ms: number }
  | { readonly do: 'jump'; readonly ms: number }
  /** Enqueues nothing more. */
  | { readonly do: 'rest' }
  /** In a database that nobody else can open. */
  | { readonly do: 'look'; readonly sql: string; readonly values: readonly unknown[] }

/** That it has done so; a line of JSON. */
export interface Answer {
  readonly answers: number
  readonly result?: unknown
}

/** What a process does when it is told to. */
export interface Heeding {
  stop(): Promise<unknown>
  rest?(): Promise<unknown>
  look?(sql: string, values: readonly unknown[]): Promise<unknown>
}

export const tell = (word: string) => process.stdout.write(`${word}\n`)

export function readOptions(): ChildOptions {
  return JSON.parse(process.argv[2] ?? '{}') as ChildOptions
}

export function openDatabase(where: string): Promise<Database> | Database {
  return where.startsWith('postgres')
    ? new PostgresDatabase({ url: where, maxConnections: 12 })
    : openEmbedded({ folder: where })
}

export function createEngine(
  database: Database,
  ledger: Ledger<WorkerEntry>,
  clock: JumpingClock,
): Engine<Needs> {
  let planted = isPlanted('double') ? 1 : 0
  return new Engine<Needs>({
    database,
    jobs: Object.values(jobs),
    needs: { database, ledger, isToDouble: () => planted-- > 0 },
    queues: { default: { weight: 1 }, urgent: { weight: 4 } },
    concurrency: CONCURRENCY,
    clock,
    onError: complain,
  })
}

/** How many jobs a worker runs at a time. */
export const CONCURRENCY = 8

/** What a test of the harness has it find. */
export function isPlanted(what: 'loss' | 'double' | 'torn' | 'death'): boolean {
  return process.env['LINEHAUL_TORTURE_PLANT']?.split(',').includes(what) ?? false
}

/** To the log of the process. */
export function complain(error: unknown, where: string): void {
  const { code = '', message } = error as { code?: string; message: string }
  process.stderr.write(`${new Date().toISOString()} ${where}: ${code} ${message}\n`)
}

/** Does as it is told, and tells once it has; ends when whoever started it has. */
export function heed(clock: JumpingClock, heeding: Heeding): void {
  process.stdin.on('end', () => process.exit(3))
  readline.createInterface(process.stdin).on('line', (line) => {
    const { id, ...order } = JSON.parse(line) as Order & { id: number }
    void follow(order as Order, clock, heeding).then((result) =>
      tell(JSON.stringify({ answers: id, result } satisfies Answer)),
    )
  })
}

async function follow(order: Order, clock: JumpingClock, { stop, rest, look }: Heeding): Promise<unknown> {
  switch (order.do) {
    case 'jump':
      return clock.jump(order.ms)
    case 'block':
      return { fromMs: block(order.ms) }
    case 'rest':
      return rest?.()
    case 'look':
      return look?.(order.sql, order.values)
    case 'stop':
      await stop()
      return process.exit(0)
  }
}

/** @returns since when nothing else could happen in this process */
function block(ms: number): number {
  const fromMs = Date.now()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  return fromMs
}
