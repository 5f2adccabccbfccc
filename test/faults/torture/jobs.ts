import { setTimeout as pause } from 'node:timers/promises'

import type { Database } from '../../../src/database/index.js'
import { defineJob, exponential, waitFor, type Attempt, type Outcome } from '../../../src/queue/index.js'
import type { WorkerEntry } from './evidence.js'
import { WITH_ROW } from './judge.js'
import type { Ledger } from './ledger.js'

export interface Payload {
  /** How long its handler works, half of that in the transaction that ends the job. */
  readonly workMs: number
  readonly key?: string
}

/** What the handlers get. */
export interface Needs {
  readonly database: Database
  readonly ledger: Ledger<WorkerEntry>
  /** How many rows the next job leaves: more than one only where a test plants a double. */
  readonly countEffects: () => number
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
  noteStart(needs, attempt, turn)
  await pause(payload.workMs / 2)
  await commitEffect(payload, needs, attempt)
}

function noteStart({ ledger }: Needs, { jobId, number }: Attempt, turn = 0): void {
  ledger.note({ saw: 'start', jobId, attempt: number, turn, atMs: Date.now() })
}

function commitEffect({ workMs, key }: Payload, needs: Needs, attempt: Attempt): Promise<void> {
  const { database, countEffects } = needs
  const effectKey = key === undefined ? null : `${attempt.tenantId} ${key}`
  return database.transaction(async (tx) => {
    for (let left = countEffects(); left > 0; left--)
      await tx.query(APPLY, [attempt.jobId, attempt.name, effectKey])
    await attempt.finish(tx)
    if (database.kind === 'server') await pause(workMs / 2) // the embedded one would let nobody else work meanwhile
  })
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
    noteStart(needs, attempt)
    throw new Error('not the first time')
  },
})

/** Leaves the end to the engine. */
const plain = defineJob<Payload, Needs>({
  ...common,
  name: 'torture.plain',
  async run({ workMs }, needs, attempt) {
    noteStart(needs, attempt)
    await pause(workMs)
    needs.ledger.note({ saw: 'end', jobId: attempt.jobId, atMs: Date.now() })
  },
})

/** Waits for two children first. */
const parent = defineJob<Payload, Needs>({
  ...common,
  name: 'torture.parent',
  async run(payload, needs, attempt): Promise<Outcome> {
    const awaited = await attempt.awaited()
    if (awaited.length > 0) return finishing(payload, needs, attempt, 1)
    noteStart(needs, attempt)
    const child = { name: finish.name, payload: { workMs: 1 }, tenantId: attempt.tenantId }
    return waitFor([child, child])
  },
})

export const jobs = { finish, urgent, withRow, limited, unique, flaky, plain, parent }
