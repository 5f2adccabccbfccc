/** How a job shows that it was done. `finish`: by a row that is committed together with its end. `plain`: by a line in a file. */
export type Proof = 'finish' | 'plain'

/** What a producer writes down once it has an answer. */
export type ProducerEntry =
  | ({ readonly saw: 'acknowledged' } & Acknowledged)
  /** A transaction of the producer's own with a row and a job was rolled back. */
  | { readonly saw: 'rolled back'; readonly rowId: string; readonly jobId: string; readonly atMs: number }
  /** It does not know whether the job is there, and has given up asking. */
  | { readonly saw: 'refused'; readonly jobId: string; readonly code: string }

export interface Acknowledged {
  readonly jobId: string
  readonly name: string
  readonly proof: Proof
  readonly askedMs: number
  readonly acknowledgedMs: number
  /** Not before this. */
  readonly dueMs: number
  /** Of a unique job: whatever runs for this key from now on does its work. */
  readonly key?: string
  /** Jobs that must have ended before. */
  readonly after?: readonly string[]
}

/** What a worker writes down. */
export type WorkerEntry =
  | {
      readonly saw: 'start'
      readonly jobId: string
      readonly attempt: number
      /** 1 once it has waited for its children, which spends no attempt. */
      readonly turn: number
      readonly atMs: number
    }
  | { readonly saw: 'end'; readonly jobId: string; readonly atMs: number }

/** A row that a handler committed together with the end of its job. */
export interface Effect {
  readonly jobId: string
  readonly name: string
  readonly key: string | null
  readonly atMs: number
}

/** A row that a producer committed together with a job. */
export interface OwnRow {
  readonly rowId: string
  readonly jobId: string
}

/** All that is known of a stage, none of it from the engine but `gaveUp`. */
export interface Evidence {
  /** When something was broken. */
  readonly injectedMs: readonly number[]
  readonly produced: readonly ProducerEntry[]
  readonly worked: readonly WorkerEntry[]
  readonly effects: readonly Effect[]
  readonly ownRows: readonly OwnRow[]
  /** Jobs that the engine says it gave up as poison; they count as lost unless three starts of theirs were seen. */
  readonly gaveUp: readonly string[]
}
