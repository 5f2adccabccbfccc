import { setTimeout as pause } from 'node:timers/promises'

import type { Database, Transaction } from '../../../src/database/index.js'
import { defineJob, exponential, waitFor, type Attempt, type Outcome } from '../../../src/queue/index.js'
import { childKeys, PARENT, WITH_ROW, type WorkerEntry } from './evidence.js'
import type { Ledger } from './ledger.js'

export interface Payload {
  /** How long its handler works, half of that in the transaction that ends the job. */
  readonly workMs: number
  /** What its row is known by, besides its job. */
  readonly key?: string
}

/** What the handlers get. */
export interface Needs {
  readonly database: Database
  readonly ledger: Ledger<WorkerEntry>
  /** Whether the next job is to leave its row twice: only where a test plants that. */
  readonly isToDouble: () => boolean
}

/** Faults are no fault of the job's: it is tried again for as long as it takes. */
const common = {
  queue: 'default',
  payload: { parse: (input: unknown) => input as Payload },
  maxAttempts: 100,
  backoff: exponential({ base: '100ms', cap: '1s' }),
  timeout: '10s',
} as const

/** Does its work, with no eye on its signal, and commits its row together with the end of its job. */
async function finishing(payload: Payload, needs: Needs, attempt: Attempt, turn = 0): Promise<void> {
  noteStart(payload, needs, attempt, turn)
  await pause(payload.workMs / 2)
  if (needs.isToDouble()) await commitAlone(payload, needs, attempt)
  await commitEffect(payload, needs, attempt)
  needs.ledger.keep({ saw: 'committed', jobId: attempt.jobId, atMs: Date.now() })
}

function noteStart({ key }: Payload, { ledger }: Needs, { jobId, number }: Attempt, turn = 0): void {
  const about = key === undefined ? {} : { key }
  ledger.note({ saw: 'start', jobId, attempt: number, turn, ...about, atMs: Date.now() })
}

function commitEffect(payload: Payload, { database }: Needs, attempt: Attempt): Promise<void> {
  return database.transaction(async (tx) => {
    await apply(tx, payload, attempt)
    await attempt.finish(tx)
    if (database.kind === 'server') await pause(payload.workMs / 2) // the embedded one would let nobody else work meanwhile
  })
}

/** What a handler must not do: its row is there, its job's end is not, and the next attempt leaves another. */
async function commitAlone(payload: Payload, { database }: Needs, attempt: Attempt): Promise<never> {
  await database.transaction((tx) => apply(tx, payload, attempt))
  throw new Error('planted')
}

async function apply(tx: Transaction, { key }: Payload, { jobId, name }: Attempt): Promise<void> {
  await tx.query(APPLY, [jobId, name, key ?? null])
}

const APPLY =
  '-- apply: $1 job, $2 name, $3 key\nINSERT INTO public.effect (job_id, name, key) VALUES ($1, $2, $3)'

const finish = defineJob<Payload, Needs>({ ...common, name: 'torture.finish', run: finishing })

const urgent = defineJob<Payload, Needs>({
  ...common,
  name: 'torture.urgent',
  queue: 'urgent',
  run: finishing,
})

const withRow = defineJob<Payload, Needs>({ ...common, name: WITH_ROW, run: finishing })

const limited = defineJob<Payload, Needs>({
  ...common,
  name: 'torture.limited',
  limits: [{ concurrency: 2 }],
  run: finishing,
})

const rated = defineJob<Payload, Needs>({
  ...common,
  name: 'torture.rated',
  limits: [{ rate: { max: 3, per: '1s' } }],
  run: finishing,
})

const unique = defineJob<Payload, Needs>({
  ...common,
  name: 'torture.unique',
  uniqueKey: ({ key }) => key ?? '',
  run: finishing,
})

/** Fails the first time. */
const flaky = defineJob<Payload, Needs>({
  ...common,
  name: 'torture.flaky',
  async run(payload, needs, attempt) {
    if (attempt.number > 1) return finishing(payload, needs, attempt)
    noteStart(payload, needs, attempt)
    throw new Error('not the first time')
  },
})

/** Leaves the end to the engine. */
const plain = defineJob<Payload, Needs>({
  ...common,
  name: 'torture.plain',
  async run(payload, needs, attempt) {
    noteStart(payload, needs, attempt)
    if (payload.workMs > 0) await pause(payload.workMs)
    needs.ledger.note({ saw: 'end', jobId: attempt.jobId, atMs: Date.now() })
  },
})

/** Waits for two children first. */
const parent = defineJob<Payload, Needs>({
  ...common,
  name: PARENT,
  async run(payload, needs, attempt): Promise<Outcome> {
    const awaited = await attempt.awaited()
    if (awaited.length > 0) return finishing(payload, needs, attempt, 1)
    noteStart(payload, needs, attempt)
    const child = { name: finish.name, tenantId: attempt.tenantId }
    return waitFor(childKeys(attempt.jobId).map((key) => ({ ...child, payload: { workMs: 1, key } })))
  },
})

export const jobs = { finish, urgent, withRow, limited, rated, unique, flaky, plain, parent }
