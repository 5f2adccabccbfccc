import { REQUEST, UUID } from '../check-options.js'
import { FlowError, InvalidOptionError } from '../errors.js'
import { nearestName } from '../nearest-name.js'
import type { Prepared } from '../enqueue/prepare.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { JobRequest } from '../enqueue/request.js'

/** A request that is part of a flow. */
export interface FlowPart<Key extends string = string> extends JobRequest {
  /** Parts of the same flow that must have ended before this one starts. */
  readonly after?: readonly Key[]
  /** Ids of jobs outside the flow, open or finished, that must have ended before this one starts. */
  readonly afterJobs?: readonly string[]
  /**
   * What becomes of it when a job that it waits for ends dead or cancelled, or is deleted: it is cancelled at once, with
   * all that wait for it in turn, or it runs once the others have ended too. Default `'cancel'`.
   */
  readonly onParentDead?: 'cancel' | 'run'
}

/** The parts of a flow, by keys that mean something only within it. */
export type Flow<Key extends string> = { readonly [K in Key]: FlowPart<NoInfer<Key>> }

/** A part of a flow that has been checked. */
export interface PlannedPart {
  readonly key: string
  readonly prepared: Prepared
  readonly after: readonly string[]
  readonly afterJobs: readonly string[]
}

/**
 * Checks a flow as a whole and makes its rows: those that wait for others are blocked, those that are awaited know it.
 * @throws {FlowError} JOBS_FLOW_UNKNOWN_KEY, JOBS_FLOW_CYCLE, JOBS_FLOW_UNKNOWN_PARENT, JOBS_FLOW_MANY_TENANTS,
 *   JOBS_FLOW_SAME_JOB
 * @throws {JobsError} JOBS_UNKNOWN_OPTION, JOBS_INVALID_OPTION, and as `prepare` does
 */
export function planFlow(
  parts: Readonly<Record<string, FlowPart>>,
  prepare: (wish: JobRequest) => Prepared,
): readonly PlannedPart[] {
  for (const [key, part] of Object.entries(parts)) refuseOddPart(key, part)
  const parentsByKey = new Map(Object.entries(parts).map(([key, { after }]) => [key, [...new Set(after)]]))
  refuseUnknownKeys(parentsByKey)
  refuseCycle(parentsByKey)
  const awaited = new Set([...parentsByKey.values()].flat())
  const planned = Object.entries(parts).map(([key, { after: _, afterJobs, onParentDead, ...wish }]) => {
    const { row, ...prepared } = prepare(wish)
    refuseOddIds(key, afterJobs)
    const parents = { after: parentsByKey.get(key) ?? [], afterJobs: [...new Set(afterJobs)] }
    const waits = parents.after.length + parents.afterJobs.length > 0
    const marks = { onParentDead: waits ? (onParentDead ?? 'cancel') : null, hasWaiters: awaited.has(key) }
    return { key, prepared: { ...prepared, row: { ...row, ...marks } }, ...parents }
  })
  refuseManyTenants(planned)
  refuseSameJob(planned)
  return planned
}

const PART: Readonly<Record<keyof FlowPart, true>> = {
  ...REQUEST,
  after: true,
  afterJobs: true,
  onParentDead: true,
}

function refuseOddPart(key: string, part: FlowPart): void {
  refuseUnknown(`of the part "${key}" of a flow`, part, PART)
  const { onParentDead = 'cancel' } = part
  if (onParentDead !== 'cancel' && onParentDead !== 'run')
    throw new InvalidOptionError(
      'onParentDead',
      `of the part "${key}" is "${String(onParentDead)}", not cancel or run`,
    )
}

function refuseOddIds(key: string, ids: readonly string[] = []): void {
  const odd = ids.find((id) => !UUID.test(id))
  if (odd !== undefined)
    throw new FlowError(
      'JOBS_FLOW_UNKNOWN_PARENT',
      `"${key}" is to run after job "${odd}", which is no id of a job. Parts of the same flow go into after.`,
    )
}

type ParentsByKey = ReadonlyMap<string, readonly string[]>

function refuseUnknownKeys(parentsByKey: ParentsByKey): void {
  for (const [key, parents] of parentsByKey) {
    const unknown = parents.find((parent) => !parentsByKey.has(parent))
    if (unknown === undefined) continue
    const nearest = nearestName(unknown, [...parentsByKey.keys()])
    throw new FlowError(
      'JOBS_FLOW_UNKNOWN_KEY',
      `"${key}" is to run after "${unknown}", which is no part of this flow.${nearest ? ` Did you mean "${nearest}"?` : ''} Jobs outside the flow go into afterJobs.`,
    )
  }
}

function refuseCycle(parentsByKey: ParentsByKey): void {
  const stuck = findStuck(parentsByKey)
  let [key] = stuck
  if (key === undefined) return
  // Whoever is stuck waits for another that is stuck, so going from one to the next comes round.
  const path: string[] = []
  while (!path.includes(key)) {
    path.push(key)
    key = parentsByKey.get(key)?.find((parent) => stuck.has(parent)) as string
  }
  const cycle = [...path.slice(path.indexOf(key)), key].map((one) => `"${one}"`)
  throw new FlowError(
    'JOBS_FLOW_CYCLE',
    `The flow could never end, for it goes in a circle: ${cycle.join(' after ')}. Take one "after" out of it.`,
  )
}

/** The parts that could not start even if every other one that can had ended. */
function findStuck(parentsByKey: ParentsByKey): ReadonlySet<string> {
  const open = new Map([...parentsByKey].map(([key, parents]) => [key, parents.length]))
  const children = new Map<string, string[]>([...parentsByKey.keys()].map((key) => [key, []]))
  for (const [key, parents] of parentsByKey) for (const parent of parents) children.get(parent)?.push(key)
  const free = [...open.keys()].filter((key) => open.get(key) === 0)
  for (let key = free.pop(); key !== undefined; key = free.pop()) {
    open.delete(key)
    for (const child of children.get(key) ?? []) {
      const left = (open.get(child) ?? 0) - 1
      open.set(child, left)
      if (left === 0) free.push(child)
    }
  }
  return new Set(open.keys())
}

function refuseManyTenants(parts: readonly PlannedPart[]): void {
  const [first] = parts
  const other = parts.find(({ prepared }) => prepared.row.tenantId !== first?.prepared.row.tenantId)
  if (!first || !other) return
  throw new FlowError(
    'JOBS_FLOW_MANY_TENANTS',
    `A flow belongs to one tenant, but "${first.key}" is of ${first.prepared.row.tenantId} and "${other.key}" of ${other.prepared.row.tenantId}. Make it two flows.`,
  )
}

function refuseSameJob(parts: readonly PlannedPart[]): void {
  const keyByJob = new Map<string, string>()
  for (const { key, prepared } of parts) {
    const { id, name, uniqueKey } = prepared.row
    const job = uniqueKey === null ? id : JSON.stringify([name, uniqueKey])
    const other = keyByJob.get(job)
    if (other !== undefined)
      throw new FlowError(
        'JOBS_FLOW_SAME_JOB',
        `"${other}" and "${key}" are the same job: ${name} with the same ${uniqueKey === null ? 'id' : 'unique key'}. Leave one of them out.`,
      )
    keyByJob.set(job, key)
  }
}
