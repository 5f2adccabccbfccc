import { ALL_JOBS, QUEUES } from './all-jobs.js'
import { freightRules } from './domain/freight/index.js'
import { jobRules } from './job-rules.js'
import { engineSettings } from './queue/index.js'
import type { AnyRule } from './rules/index.js'

/** All that can be set without a deployment. */
export const DECLARED_RULES: readonly AnyRule[] = [
  ...jobRules(engineSettings({ jobs: ALL_JOBS, queues: QUEUES })),
  ...freightRules,
]
