/** How a process shows others on the same database that it lives. */
export interface PresenceOptions {
  /** Names the session advisory lock that is held for as long as the process lives: a whole number of 64 bits. */
  readonly lockKey: string
  /** What to run again and again. It gets one parameter more: `lockKey` while the lock is held, else `null`. */
  readonly beat: { readonly sql: string; readonly parameters: readonly unknown[] }
  readonly everyMs: number
  /** Stops, lock included, once the event loop has stood still for so long, and resumes when it turns again. */
  readonly silentAfterMs: number
  /** It is shown no more, or again. */
  onChange(isShown: boolean): void
}

export interface Presence {
  /** Whether beats arrive at this moment. */
  readonly isShown: boolean
  /** Lets go of the lock; no beat comes after it. */
  end(): Promise<void>
}

/** Where nobody else can look. */
export const unseen: Presence = { isShown: false, end: async () => undefined }
