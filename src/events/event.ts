/** Something that happened, to be written in the transaction that made it happen. */
export interface NewEvent<Type extends string = string, Data = unknown> {
  readonly type: Type
  readonly tenantId: string
  /** The object it happened to, as `kind:id`. */
  readonly subject: string
  /** JSON. */
  readonly data: Data
  /** Who or what caused it, as `kind:id`. */
  readonly actor?: string
  /** Ties together everything that one cause set off. */
  readonly correlationId?: string
}

export interface RecordedEvent<Type extends string = string, Data = unknown> extends NewEvent<Type, Data> {
  readonly id: string
}
