/** Where a contender keeps its jobs. */
export type StoreKind = 'postgres' | 'redis' | 'redis-aof' | 'embedded'

/** One queue library, with the settings under which it takes part. */
export interface Contender {
  readonly name: string
  readonly kind: StoreKind
  readonly about: About
  /** Whether it can keep what has finished. */
  readonly keepsFinished: boolean
  /** Scenarios in which it takes no part, and why. */
  readonly leftOut: Readonly<Record<string, string>>
  /** Makes its tables in `place`, where there are none yet. */
  open(place: Place): Promise<Store>
}

export interface About {
  readonly version: string
  /** What is set otherwise than by default, and why it is fair. */
  readonly settings: string
  /** What survives a crash of the server once a call has been answered. */
  readonly durability: string
}

/** A database, a Redis server or a folder of a contender's own. */
export interface Place {
  readonly url: string
  /** Bytes that its jobs take up. */
  size(): Promise<number>
  /** Bytes written so far to the log that makes it durable; `undefined` where there is none. */
  logged(): Promise<number | undefined>
}

export interface Store {
  /** Takes every job out. */
  reset(): Promise<void>
  session(options: SessionOptions): Promise<Session>
  /** Puts in a great many jobs at once, numbered from 0, where there is a quicker way than `enqueueMany`. */
  readonly fill?: (state: Filling, count: number) => Promise<void>
  close(): Promise<void>
}

/** `scheduled`: due tomorrow; `finished`: kept. */
export type Filling = 'waiting' | 'scheduled' | 'finished'

export interface SessionOptions {
  readonly keep: 'everything' | 'nothing'
  /** Whose job number `n` is. */
  readonly tenantOf: (n: number) => string
  /** Which queue it goes into, of `queues`. */
  readonly queueOf: (n: number) => string
  /** Names and weights. */
  readonly queues: Readonly<Record<string, number>>
}

/** Handles job number `n`. */
export type Handle = (n: number) => void | Promise<void>

export interface Session {
  /** As a caller does who waits for the answer. */
  enqueue(n: number): Promise<void>
  enqueueMany(numbers: readonly number[]): Promise<void>
  /** Begins to run jobs, at most `concurrency` at once; the function that it answers with ends that gracefully. */
  work(concurrency: number, handle: Handle): Promise<() => Promise<void>>
  /** Puts in jobs behind a key of which one may run, and one that runs until the workers stop. They are not numbered. */
  block?(count: number): Promise<void>
  /** How many of those that were put in behind a key have ended. */
  unblocked?(): Promise<number>
  /** Numbered jobs that are due and have not ended. */
  unfinished(): Promise<number>
  /** Numbered jobs that have ended well and are kept. */
  finished(): Promise<number>
  close(): Promise<void>
}

export const PLAIN: SessionOptions = {
  keep: 'everything',
  tenantOf: () => 't0',
  queueOf: () => 'default',
  queues: { default: 1 },
}
