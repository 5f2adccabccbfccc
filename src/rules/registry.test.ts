import { expect, test } from 'vitest'
import { z } from 'zod'

import { defineRule } from './define-rule.js'
import { readRuleEnvironment } from './environment.js'
import { RuleRegistry } from './registry.js'

const declare = (name: string) => defineRule(name, z.int().min(1), { default: 1, description: 'A number.' })

test.each([
  [['a.b', 'a.b'], [], 'The rule "a.b" cannot be declared: another has the same name.'],
  [['a.b_c', 'a.b.c'], [], 'The rule "a.b.c" cannot be declared: its variable A_B_C is that of "a.b_c".'],
  [
    ['log.level'],
    ['LOG_LEVEL'],
    'The rule "log.level" cannot be declared: its variable LOG_LEVEL is that of the configuration.',
  ],
  [['Level'], [], 'The rule "Level" cannot be declared: a name is like "freight.pattern.min_frequency".'],
])('declarations %j beside %j are refused', (names, taken, message) => {
  expect(() => new RuleRegistry(names.map(declare), taken)).toThrow(
    expect.objectContaining({ code: 'RULES_INVALID_DECLARATION', message }),
  )
})

test('names are found by patterns, in which * stands for anything', () => {
  const registry = new RuleRegistry(
    ['sla.premium.minutes', 'sla.standard.minutes', 'jobs.a.timeout'].map(declare),
  )
  const names = (pattern?: string) => registry.matching(pattern).map(({ name }) => name)
  expect(names()).toEqual(['jobs.a.timeout', 'sla.premium.minutes', 'sla.standard.minutes'])
  expect(names('sla.*')).toEqual(['sla.premium.minutes', 'sla.standard.minutes'])
  expect(names('*.minutes')).toEqual(['sla.premium.minutes', 'sla.standard.minutes'])
  expect(names('s*prem*m*s')).toEqual(['sla.premium.minutes'])
  expect(names('sla.premium.minutes')).toEqual(['sla.premium.minutes'])
  expect(() => names('sla.premium.minutes*minutes')).toThrow('No rule is declared as')
  expect(() => names('sla.premum.*')).toThrow('The nearest that are: "sla.premium.minutes"')
  expect(new RuleRegistry([]).matching()).toEqual([])
  expect(() => names('sla.premum.minutes')).toThrow(
    'No rule is declared as "sla.premum.minutes". The nearest that are: "sla.premium.minutes", "sla.standard.minutes"',
  )
})

test('the environment sets rules, as text, and each variable that does not fit is told', () => {
  const registry = new RuleRegistry(['sla.a', 'sla.b', 'sla.c'].map(declare))
  const set: Record<string, string> = { SLA_A: '5', SLA_B: '0', SLA_C: 'many', OTHER: '1' }
  const { values, problems } = readRuleEnvironment(registry, (name) => set[name])
  expect(values).toEqual(new Map([['sla.a', 5]]))
  expect(problems).toEqual(['SLA_B is not a whole number from 1 on', 'SLA_C is not a whole number from 1 on'])
})
