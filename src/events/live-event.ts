/** Something that screens are to show at once, and that who was away can ask for afterwards. */
export interface LiveEvent {
  readonly tenantId: string
  /** Who gets it: `tenant`, everybody of the tenant who may; `user:<id>`, one person; `job:<id>`, who watches that job. */
  readonly stream: string
  /** `suggestion.created`, `notification.created`, `job.updated`. */
  readonly type: string
  /** JSON. */
  readonly data: unknown
  /** What it takes to see it, as `access` names it: `lanes.read`. */
  readonly needs: string
  /** Twice under one key is once, within a stream. Default: each stands alone. */
  readonly key?: string
}

/** As its readers get it. */
export interface NumberedEvent extends Omit<LiveEvent, 'key'> {
  /** Goes up by one within the stream: what was written after another's commit comes after it. */
  readonly number: number
  /** Goes up over all streams: where a reader of all of them stands. */
  readonly position: number
  readonly at: Date
}
