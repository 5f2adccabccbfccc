import type { BulkEngine } from './operate/apply-bulk.job.js'
import type { SettledOptions } from './engine-options.js'
import { ENGINE_KEEPS, refuseInvalidKeeps } from './keep.js'
import { Registry } from './registry.js'
import { withSystemJobs } from './system-jobs.js'

/** What the engine's own jobs set off in it. */
type Effects = Pick<BulkEngine, 'tell' | 'waiting' | 'cancelRequested'>

/** A program's definitions together with the engine's own, which work on the engine's database. */
export function createRegistry<Needs>(options: SettledOptions<Needs>, effects: Effects): Registry<Needs> {
  const keeps = [...ENGINE_KEEPS, ...options.keeps]
  refuseInvalidKeeps(keeps)
  const registry: Registry<Needs> = new Registry(
    withSystemJobs(options.jobs, {
      ...effects,
      database: options.database.background('unhurried'),
      clock: options.clock,
      keeps,
      keepOf: (name) => registry.find(name)?.keep,
      namesOf: (name) => registry.namesOf(name),
    }),
    options.settings,
  )
  return registry
}
