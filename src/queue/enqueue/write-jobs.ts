import type { Executor } from '../../database/index.js'
import type { Prepared } from './prepare.js'
import { findStanding, openWindows, type GuardedJob } from '../store/guard.js'
import { insertJobs, type ClashPolicy, type InsertedJob } from '../store/insert.js'
import type { NewJob } from '../store/new-jobs.js'

export interface Enqueued {
  readonly id: string
  /** Whether a job was made; otherwise this is the one that stood there already. */
  readonly isNew: boolean
}

/** The order in which jobs are written: debounced ones last, because their keys stay locked until the commit. */
const POLICIES: readonly ClashPolicy[] = ['none', 'keep', 'replace', 'debounce']

/** Most rows of one statement. */
const CHUNK = 2_000

/** Whether a single statement writes all of them, so that it needs no transaction around it. */
export function isOneStatement(prepared: readonly Prepared[]): boolean {
  const [first] = prepared
  return (
    prepared.length <= CHUNK && prepared.every((one) => one.policy === first?.policy && one.guard === null)
  )
}

/**
 * Inserts jobs by their policies; the answers come in their order. Of several under one id of the caller's own the first
 * is made, and the others are that job.
 */
export async function writeJobs(
  db: Executor,
  prepared: readonly Prepared[],
  now: Date | null,
): Promise<readonly Enqueued[]> {
  if (prepared.every(isPlain)) return writePlain(db, prepared, now)
  const firsts = firstOfEachId(prepared)
  const answers = await writeDistinct(db, [...firsts.values()], now)
  return prepared.map((one) => {
    const { id } = one.row
    const { id: standing = id, isNew = false } = answers.get(id) ?? {}
    return { id: standing, isNew: isNew && firsts.get(id) === one }
  })
}

/** Whether it is certain to be a new job: its id is its own, and it has no key that could be taken. */
export function isPlain({ policy, guard }: Prepared): boolean {
  return policy === 'none' && guard === null
}

async function writePlain(
  db: Executor,
  prepared: readonly Prepared[],
  now: Date | null,
): Promise<readonly Enqueued[]> {
  const rows = prepared.map(({ row }) => row)
  for (let from = 0; from < rows.length; from += CHUNK)
    await insertJobs(db, 'none', rows.slice(from, from + CHUNK), now)
  return rows.map(({ id }) => ({ id, isNew: true }))
}

function firstOfEachId(prepared: readonly Prepared[]): ReadonlyMap<string, Prepared> {
  const firsts = new Map<string, Prepared>()
  for (const one of prepared) if (!firsts.has(one.row.id)) firsts.set(one.row.id, one)
  return firsts
}

/** @returns the answers by the ids of the rows, of which no two are the same */
async function writeDistinct(
  db: Executor,
  prepared: readonly Prepared[],
  now: Date | null,
): Promise<ReadonlyMap<string, Enqueued>> {
  const standing = await findAllStanding(db, prepared.filter(isGuarded), now)
  const free = prepared.filter(({ row }) => !standing.has(row))
  const idByKey = await insertAll(db, free, now)
  const made = new Set(free.filter(({ row }) => idByKey.get(keyOf(row)) === row.id).map(({ row }) => row.id))
  const windows = free.filter(isGuarded).filter(({ row, guard }) => guard.windowMs > 0 && made.has(row.id))
  if (windows.length > 0) await openWindows(db, windows, now)
  return new Map(
    prepared.map(({ row }) => [
      row.id,
      {
        id: standing.get(row) ?? idByKey.get(keyOf(row)) ?? row.id,
        isNew: !standing.has(row) && made.has(row.id),
      },
    ]),
  )
}

/** @returns the ids of the jobs that now stand under the keys of `free` */
async function insertAll(
  db: Executor,
  free: readonly Prepared[],
  now: Date | null,
): Promise<ReadonlyMap<string, string>> {
  const idByKey = new Map<string, string>()
  for (const policy of POLICIES) {
    const rows = mergeSameKeys(
      policy,
      free.filter((one) => one.policy === policy).map(({ row }) => row),
    )
    for (let from = 0; from < rows.length; from += CHUNK) {
      const some = rows.slice(from, from + CHUNK)
      const inserted = await insertJobs(db, policy, some, now)
      for (const row of policy === 'none' ? some : inserted) idByKey.set(keyOf(row), row.id)
    }
  }
  return idByKey
}

function isGuarded(one: Prepared): one is Prepared & GuardedJob {
  return one.guard !== null
}

/** The jobs that stand in the way of some: one answer for each, for an id of the caller's own says nothing of its key. */
async function findAllStanding(
  db: Executor,
  guarded: readonly GuardedJob[],
  now: Date | null,
): Promise<ReadonlyMap<NewJob, string>> {
  if (guarded.length === 0) return new Map()
  const ids = await findStanding(db, guarded, now)
  return new Map(guarded.flatMap(({ row }, i) => (ids[i] ? [[row, ids[i]] as const] : [])))
}

/** One row for each unique key, in the order of the keys: the first one when it is kept, else the last. */
function mergeSameKeys(policy: ClashPolicy, rows: readonly NewJob[]): readonly NewJob[] {
  if (policy === 'none') return rows
  const byKey = new Map<string, NewJob>()
  for (const row of rows) if (policy !== 'keep' || !byKey.has(keyOf(row))) byKey.set(keyOf(row), row)
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

function keyOf({
  id,
  tenantId,
  name,
  uniqueKey,
}: Pick<InsertedJob, 'id' | 'tenantId' | 'name' | 'uniqueKey'>): string {
  return uniqueKey === null ? id : JSON.stringify([tenantId, name, uniqueKey])
}
