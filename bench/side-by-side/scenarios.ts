import { backlogScenarios } from './scenarios/backlog.js'
import { costScenarios } from './scenarios/cost.js'
import { drainScenarios } from './scenarios/drain.js'
import { enqueueScenarios } from './scenarios/enqueue.js'
import { fairnessScenarios } from './scenarios/fairness.js'
import { pickupScenarios } from './scenarios/pickup.js'
import { together } from './scenarios/together.js'
import { troubleScenarios } from './scenarios/trouble.js'
import type { Scenario } from './scenario.js'

/** In the order in which they run and are reported. */
export const SCENARIOS: readonly Scenario[] = [
  ...enqueueScenarios,
  ...drainScenarios,
  together,
  ...pickupScenarios,
  ...backlogScenarios,
  ...fairnessScenarios,
  ...costScenarios,
  ...troubleScenarios,
]
