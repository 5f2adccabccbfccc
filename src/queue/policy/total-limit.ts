import type { AnyJob } from '../define-job.js'

/** Where the limit of a definition stands that says how many of its jobs run at once in total, and what it says. */
export interface TotalLimit {
  readonly index: number
  readonly concurrency: number
}

/** `undefined`: the definition has no such limit. Of several the first counts. */
export function totalLimitOf({ limits }: Pick<AnyJob, 'limits'>): TotalLimit | undefined {
  const index = limits.findIndex(({ key, concurrency }) => !key && concurrency !== undefined)
  const concurrency = limits[index]?.concurrency
  return concurrency === undefined ? undefined : { index, concurrency }
}

/** The key of the limit that a setting gives a definition which declares none of its own. */
export function setKeyOf({ name }: Pick<AnyJob, 'name'>): string {
  return `${name}/all`
}
