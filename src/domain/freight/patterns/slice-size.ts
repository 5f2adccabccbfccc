/** Longest that one slice should keep an embedded database to itself. It may take twice as long at worst. */
const AIM_MS = 25

/** Customers in the first slice. */
export const FIRST_SLICE = 1

const LARGEST_SLICE = 1_024

/** How many customers the next slice holds, by how long the last one of `size` took. */
export function nextSliceSize(size: number, tookMs: number): number {
  if (tookMs > AIM_MS) return Math.max(FIRST_SLICE, Math.floor(size / 2))
  return tookMs < AIM_MS / 2 ? Math.min(LARGEST_SLICE, size * 2) : size
}
