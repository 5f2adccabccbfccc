import { AssertionError } from 'node:assert'
import { inspect, isDeepStrictEqual } from 'node:util'

import type { AnyJob } from '../queue/index.js'
import type { EnqueuedRow } from './store.js'

/** A job as it stands, run or not. */
export type EnqueuedJob<Payload> = Omit<EnqueuedRow, 'payload'> & { readonly payload: Payload }

type Partially<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]?: Partially<Value[Key]> }
    : Value

/** What of the payload must be so, however deep; or a function that says whether a job is the one. */
export type Matcher<Payload> = Partially<Payload> | ((job: EnqueuedJob<Payload>) => boolean)

/**
 * The first of `all` that is a `job` and fits.
 * @throws {AssertionError} which says what there is instead.
 */
export function findMatch<Payload>(
  job: Pick<AnyJob, 'name' | 'aliases'>,
  matcher: Matcher<Payload> | undefined,
  all: readonly EnqueuedRow[],
): EnqueuedJob<Payload> {
  const candidates = all.filter(({ name }) => isCalled(job, name)) as readonly EnqueuedJob<Payload>[]
  const found = candidates.find((one) => differencesOf(one, matcher).length === 0)
  if (found) return found
  throw new AssertionError({
    message: [
      `No ${job.name} was enqueued${describeWish(matcher)}.`,
      ...whatElse(candidates, matcher, all),
    ].join('\n'),
    actual: candidates.map(({ payload }) => payload),
    expected: typeof matcher === 'function' ? undefined : [matcher],
    operator: 'expectEnqueued',
  })
}

export function isCalled({ name, aliases }: Pick<AnyJob, 'name' | 'aliases'>, stored: string): boolean {
  return stored === name || aliases.includes(stored)
}

function describeWish(matcher: unknown): string {
  if (matcher === undefined) return ''
  return typeof matcher === 'function' ? ' that the function accepts' : ` with ${show(matcher)}`
}

const MOST_SHOWN = 10

function whatElse<Payload>(
  candidates: readonly EnqueuedJob<Payload>[],
  matcher: Matcher<Payload> | undefined,
  all: readonly EnqueuedRow[],
): readonly string[] {
  if (candidates.length === 0)
    return [all.length === 0 ? 'Nothing was enqueued at all.' : `Others were: ${tally(all)}.`]
  const shown = candidates
    .slice(0, MOST_SHOWN)
    .flatMap((one, i) => [
      `  ${i + 1}. ${show(one.payload)} (${one.state}, tenant ${one.tenantId})`,
      ...(typeof matcher === 'function' ? [] : differencesOf(one, matcher).map((line) => `       ${line}`)),
    ])
  const more = candidates.length - MOST_SHOWN
  return [`There is instead:`, ...shown, ...(more > 0 ? [`  … and ${more} more`] : [])]
}

export function tally(all: readonly { readonly name: string }[]): string {
  const counts = new Map<string, number>()
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${count} × ${name}`).join(', ')
}

function differencesOf<Payload>(
  job: EnqueuedJob<Payload>,
  matcher: Matcher<Payload> | undefined,
): readonly string[] {
  if (matcher === undefined) return []
  if (isFunction(matcher)) return matcher(job) ? [] : ['the function does not accept it']
  return compare(job.payload, JSON.parse(JSON.stringify(matcher)), 'payload')
}

function isFunction<Payload>(
  matcher: Matcher<Payload>,
): matcher is Extract<Matcher<Payload>, (job: EnqueuedJob<Payload>) => boolean> {
  return typeof matcher === 'function'
}

/** Where `actual` lacks, or differs from, what `wanted` has. Lists must be equal. */
function compare(actual: unknown, wanted: unknown, path: string): readonly string[] {
  if (isRecord(wanted) && isRecord(actual))
    return Object.entries(wanted).flatMap(([key, value]) => compare(actual[key], value, `${path}.${key}`))
  return isDeepStrictEqual(actual, wanted) ? [] : [`${path} is ${show(actual)}, not ${show(wanted)}`]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: 100 })
}
