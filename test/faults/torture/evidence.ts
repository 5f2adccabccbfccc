/** How a job shows that it was done. `finish`: by a row that is committed together with its end. `plain`: by a line in a file. */
export type Proof = 'finish' | 'plain'

/** What a producer writes down once it has an answer. */
export type ProducerEntry =
  | ({ readonly saw: 'acknowledged' } & Acknowledged)
  /** A transaction of the producer's own with a row and a job was rolled back. */
  | { readonly saw: 'rolled back'; readonly rowId: string; readonly jobId: string; readonly atMs: number }
  | ({ readonly saw: 'refused' } & Refusal)

/** A call that had an error for an answer: whether the job is there is unknown. */
export interface Refusal {
  /** `null` when the caller gave it none. */
  readonly jobId: string | null
  readonly code: string
}

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
      readonly key?: string
      readonly atMs: number
    }
  /** Its transaction with the row and the end of the job was answered: both are there from now on. */
  | { readonly saw: 'committed'; readonly jobId: string; readonly atMs: number }
  | { readonly saw: 'end'; readonly jobId: string; readonly atMs: number }

/** With the name of the process that wrote it down. */
export type Worked = WorkerEntry & { readonly by: string }

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

/** Something was broken. */
export interface Injection {
  readonly atMs: number
  /** The name of the process that it befell; not given where that was none, or all. */
  readonly of?: string
  /** Whether it is promised that nothing of what ran there is run again. */
  readonly isHarmless?: boolean
}

/** All that is known of a stage, none of it from the engine but `gaveUp`. */
export interface Evidence {
  readonly injections: readonly Injection[]
  readonly produced: readonly ProducerEntry[]
  readonly worked: readonly Worked[]
  readonly effects: readonly Effect[]
  readonly ownRows: readonly OwnRow[]
  /** Jobs that the engine says it gave up as poison; they count as lost unless three of their workers were seen to die. */
  readonly gaveUp: readonly string[]
}

/** The definition whose jobs are enqueued together with a row. */
export const WITH_ROW = 'torture.with-row'

/** The definition whose jobs put in children and wait for them. */
export const PARENT = 'torture.parent'

/** What the rows of a job's children are known by. */
export function childKeys(parentId: string): readonly string[] {
  return [0, 1].map((n) => `${parentId}/${n}`)
}
