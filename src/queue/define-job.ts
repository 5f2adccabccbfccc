import type { Duration } from '../time/index.js'
import type { Attempt } from './attempt/attempt.js'
import { exponential, type Backoff } from './attempt/backoff.js'
import { refuseInvalidDefinition } from './check-definition.js'
import type { Outcome } from './attempt/outcome.js'
import { refuseUnknown } from './refuse-unknown.js'
import type { Schedule } from './schedule/schedule.js'
import { runHere, type RunsInThread } from './attempt/thread-handler.js'

/** Anything with zod's `parse`; the engine itself depends on no schema library. */
export interface PayloadSchema<Payload> {
  parse(input: unknown): Payload
}

/** At most so many jobs of a definition. At least one of `concurrency` and `rate` is given. */
export interface Limit<Payload> {
  /** Counts apart for every key, within a tenant: a store, a customer, an outside account. Default: all jobs of all tenants together. */
  key?(payload: Payload, about: { tenantId: string }): string
  /** Running at once, on all workers together. */
  concurrency?: number
  /** Starts within any stretch of `per`. */
  rate?: { max: number; per: Duration }
}

/** A right, or what people do instead, for nobody may. */
export type ByHand = { readonly right: string } | { readonly instead: string }

export interface JobTraits<Payload> {
  /** `domain.verb-noun`. Stored with every job, so renaming one needs an alias. */
  name: `${string}.${string}`
  /** Other names under which it can be enqueued, and under which rows of an earlier version may lie. */
  aliases?: readonly string[]
  queue: string
  payload: PayloadSchema<Payload>
  /** Runs in total, the first included. Default 5. */
  maxAttempts?: number
  /** Default {@link exponential} with its own defaults. */
  backoff?: Backoff
  /** Longest one attempt may run before its signal aborts. Default `'5m'`. Counts from the start of the run. */
  timeout?: Duration
  /** Two jobs of this name, tenant and key that have not started are one job. Without it every job stands alone. */
  uniqueKey?(payload: Payload): string
  /**
   * Until when a unique key stays taken. `'started'`: a trigger that arrives while the job runs gets one successor, so
   * nothing is missed. `'finished'`: it gets the running job. Default `'started'`.
   */
  uniqueUntil?: 'started' | 'finished'
  /** A unique key also stays taken for this long after it was asked for, even once its job has finished. Default: not. */
  uniqueFor?: Duration
  /** The business object a job is about, `kind:id` such as `order:SO-1042`, under which it can be found; or none. */
  subject?(payload: Payload): string | undefined
  /** How many may run at once, or start in a time, in total or per key. Default: none, the queue's own apart. */
  limits?: readonly Limit<Payload>[]
  schedules?: readonly Schedule<NoInfer<Payload>>[]
  /**
   * How long finished jobs can still be looked up, in whole days. Default 7 days, dead ones 30. With `done: '0s'` one that is done
   * is gone at once, its result too, unless another job waits for it.
   */
  keep?: { done?: Duration; dead?: Duration }
  /**
   * What it takes to ask for a job by hand with such an input, besides the right to create jobs. Nothing to the engine, which puts
   * in what code asks for; whatever lets people create jobs asks it. Default: nothing more.
   */
  byHand?(input: unknown): ByHand | undefined
  /** Who is told how its jobs end, and how. Nothing to the engine but that {@link EngineOptions.outcomes} hears of the end. Default: nobody. */
  notify?: object
}

/** Runs in the process of its worker. */
export interface RunsInProcess<Payload, Needs> {
  runIn?: 'process'
  run(payload: Payload, needs: Needs, attempt: Attempt): Promise<Outcome>
}

export type JobOptions<Payload, Needs> = JobTraits<Payload> & (RunsInProcess<Payload, Needs> | RunsInThread)

type Optional = 'uniqueKey' | 'uniqueFor' | 'subject' | 'byHand' | 'notify'

/** A job definition with every default filled in. */
export type Job<Payload, Needs> = Readonly<
  Required<Omit<JobTraits<Payload>, Optional | 'keep'>> &
    Pick<JobTraits<Payload>, Optional> & {
      keep: { done: Duration; dead: Duration }
      /** Where the handler lies, of a definition that runs in a thread. */
      module?: URL | undefined
      /** The handler; of a definition that runs in a thread, what tests run without one. */
      run(payload: Payload, needs: Needs, attempt: Attempt): Promise<Outcome>
    }
>

/** A definition whose payload type is no longer of interest, as a registry holds it. */
export type AnyJob<Needs = never> = Job<any, Needs> // eslint-disable-line @typescript-eslint/no-explicit-any -- the payload is checked by its own schema

const KNOWN: Readonly<Record<keyof JobTraits<unknown> | 'runIn' | 'run' | 'module', true>> = {
  name: true,
  aliases: true,
  queue: true,
  payload: true,
  maxAttempts: true,
  backoff: true,
  timeout: true,
  uniqueKey: true,
  uniqueUntil: true,
  uniqueFor: true,
  subject: true,
  limits: true,
  schedules: true,
  keep: true,
  byHand: true,
  notify: true,
  runIn: true,
  run: true,
  module: true,
}

/** @throws JOBS_INVALID_DEFINITION, JOBS_UNKNOWN_OPTION, TIME_INVALID_DURATION, TIME_INVALID_CRON */
export function defineJob<Payload, Needs = unknown>(
  options: JobOptions<Payload, Needs>,
): Job<Payload, Needs> {
  refuseUnknown(`of the job definition ${options.name}`, options, KNOWN)
  const job = {
    aliases: [],
    maxAttempts: 5,
    backoff: exponential(),
    timeout: '5m' as const,
    uniqueUntil: 'started' as const,
    limits: [],
    schedules: [],
    ...options,
    run: options.run ?? runHere(options),
    keep: { done: '7d' as const, dead: '30d' as const, ...options.keep },
  }
  refuseInvalidDefinition(job)
  return Object.freeze(job)
}
