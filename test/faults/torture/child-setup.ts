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
  readonly pauseMs: number
  /** Handlers take up to so long. */
  readonly workMs: number
  /** Producers only: enqueues nothing but in transactions of its own that it lends, as `foreignTransaction` does. */
  readonly isForeign?: boolean
  /** How much of what it does goes with a row of its own, of which every third is rolled back; 0 to 1. */
  readonly withRows: number
}

/** What a child process is told later, a line of JSON each. */
export type Order =
  | { readonly do: 'stop' }
  | { readonly do: 'block'; readonly ms: number }
  | { readonly do: 'jump'; readonly ms: number }

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
    needs: { database, ledger, countEffects: () => (planted-- > 0 ? 2 : 1) },
    queues: { default: { weight: 1 }, urgent: { weight: 4 } },
    concurrency: 8,
    clock,
    onError: complain,
  })
}

/** What a test of the harness has it find. */
export function isPlanted(what: 'loss' | 'double'): boolean {
  return process.env['LINEHAUL_TORTURE_PLANT']?.split(',').includes(what) ?? false
}

/** To the log of the process. */
export function complain(error: unknown, where: string): void {
  const { code = '', message } = error as { code?: string; message: string }
  process.stderr.write(`${new Date().toISOString()} ${where}: ${code} ${message}\n`)
}

/** Does as it is told; ends when whoever started it has. */
export function heed(clock: JumpingClock, stop: () => Promise<unknown>): void {
  process.stdin.on('end', () => process.exit(3))
  readline.createInterface(process.stdin).on('line', (line) => {
    const order = JSON.parse(line) as Order
    if (order.do === 'jump') clock.jump(order.ms)
    if (order.do === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, order.ms)
    if (order.do === 'stop') void stop().then(() => process.exit(0))
  })
}
