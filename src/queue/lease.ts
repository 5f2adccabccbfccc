/** A worker that was not heard of for this long is taken for dead, and its jobs run again. */
export const LEASE_MS = 15_000
