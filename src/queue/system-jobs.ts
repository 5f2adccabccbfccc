import { applyBulk, type BulkEngine } from './operate/apply-bulk.job.js'
import { cleanUp, type CleanUpEngine } from './operate/clean-up.job.js'
import type { AnyJob } from './define-job.js'
import { isEngineName } from './system-names.js'
import { InvalidDefinitionError } from './errors.js'

/**
 * A program's definitions and the engine's own. These have no needs: what they work with is the engine itself.
 * @throws {InvalidDefinitionError} JOBS_INVALID_DEFINITION when one of the program's is named as if it were the engine's.
 */
export function withSystemJobs<Needs>(
  jobs: readonly AnyJob<Needs>[],
  engine: BulkEngine & CleanUpEngine,
): readonly AnyJob<Needs>[] {
  for (const name of jobs.flatMap(({ name, aliases }) => [name, ...aliases]))
    if (isEngineName(name))
      throw new InvalidDefinitionError(name, 'names that begin with "jobs." are the engine\'s own')
  return [...jobs, ...systemJobs(engine)]
}

/** The engine's own; to be looked at, but not run, without what they work with. */
export function systemJobs(engine: Partial<BulkEngine & CleanUpEngine> = {}): readonly AnyJob[] {
  const parts = engine as BulkEngine & CleanUpEngine
  return [applyBulk(parts), cleanUp(parts)]
}
