import { drainScenarios } from './scenarios/drain.js'
import { enqueueScenarios } from './scenarios/enqueue.js'
import { pickupScenarios } from './scenarios/pickup.js'
import { together } from './scenarios/together.js'
import type { Scenario } from './scenario.js'

export const SCENARIOS: readonly Scenario[] = [
  ...enqueueScenarios,
  ...drainScenarios,
  together,
  ...pickupScenarios,
]
