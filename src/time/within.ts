import type { Clock } from './clock.js'

/**
 * Waits for `work`, but no longer than `ms`; it goes on all the same.
 * @returns whether it ended in time.
 * @throws what `work` throws in time.
 */
export async function endsWithin(ms: number, work: Promise<unknown>, clock: Clock): Promise<boolean> {
  let cancel = () => undefined as void
  const late = new Promise<false>((resolve) => (cancel = clock.after(ms, () => resolve(false))))
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    cancel()
  }
}
