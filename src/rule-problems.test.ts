import { expect, test } from 'vitest'

import { findRuleProblems } from './rule-problems.js'

test('a rule that the environment sets to what it does not take is told, each in a line', () => {
  const set: NodeJS.ProcessEnv = { FREIGHT_PATTERN_MIN_FREQUENCY: '0', FREIGHT_PATTERN_ENABLED: 'perhaps' }
  expect(findRuleProblems((name) => set[name])).toEqual([
    'FREIGHT_PATTERN_ENABLED is not true or false',
    'FREIGHT_PATTERN_MIN_FREQUENCY is not a whole number from 1 to 100',
  ])
})
