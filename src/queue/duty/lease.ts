/** A worker that was not heard of for this long is taken for dead, and its jobs run again. */
export const LEASE_MS = 15_000

/** How often a worker says that it lives: three times within its lease. */
export const BEAT_EVERY_MS = 5_000
