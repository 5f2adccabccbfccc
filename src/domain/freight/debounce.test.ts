import { expect, test } from 'vitest'

import type { Database } from '../../database/index.js'
import { DEFAULTS_ONLY, type Setting } from '../../queue/index.js'
import { createRules, findEnvironmentProblems } from '../../rules/index.js'
import { systemClock } from '../../time/index.js'
import { analysisDebounce, digestDebounce } from './debounce.js'
import { freightRules } from './rules.js'

const set = (values: Readonly<Record<string, unknown>>) => ({
  get: <Value>({ name, default: otherwise }: Setting<Value>) => (values[name] ?? otherwise) as Value,
})

const declaredWith = (environment: Readonly<Record<string, string>>) => ({
  ...{ declared: freightRules, taken: [] },
  variable: (name: string) => environment[name],
})

/** What holds with an environment. */
function withEnvironment(environment: Readonly<Record<string, string>>) {
  return createRules({
    ...declaredWith(environment),
    database: {} as Database, // nobody asks it
    clock: systemClock,
    onError: () => undefined,
  })
}

test('an analysis waits 30 s after the last shipment, 5 min after the first, unless a rule says otherwise', () => {
  expect(analysisDebounce(DEFAULTS_ONLY.inForce('acme'))).toEqual({ debounce: '30s', atMost: '5m' })
  expect(analysisDebounce(set({ 'freight.analysis.debounce_at_most': '10m' }))).toEqual({
    debounce: '30s',
    atMost: '10m',
  })
})

test('of two that contradict each other the longer one holds for both', () => {
  expect(analysisDebounce(set({ 'freight.analysis.debounce': '1h' }))).toEqual({
    debounce: '1h',
    atMost: '1h',
  })
})

test('the word of new suggestions has rules of its own', () => {
  expect(digestDebounce(DEFAULTS_ONLY.inForce('acme'))).toEqual({ debounce: '1m', atMost: '10m' })
  expect(digestDebounce(set({ 'freight.suggestion_digest.debounce': '1h' }))).toEqual({
    debounce: '1h',
    atMost: '1h',
  })
})

test('the variables of the environment that set them are those they have always been', () => {
  const { cache } = withEnvironment({
    FREIGHT_ANALYSIS_DEBOUNCE: '1s',
    FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: '1h',
  })
  expect(analysisDebounce(cache.inForce('acme'))).toEqual({ debounce: '1s', atMost: '1h' })
})

test('what is no length of time, or too long, is refused by the name of the variable', () => {
  const set = { FREIGHT_ANALYSIS_DEBOUNCE: '30', FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: '8d' }
  const wrong = 'is not a length of time up to 7d, such as 30s, 5m or 1h'
  expect(findEnvironmentProblems(declaredWith(set))).toEqual([
    `FREIGHT_ANALYSIS_DEBOUNCE ${wrong}`,
    `FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST ${wrong}`,
  ])
})
