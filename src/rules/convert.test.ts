import { expect, test } from 'vitest'
import { z } from 'zod'

import { convert } from './convert.js'
import { defineRule } from './define-rule.js'
import { describeType } from './describe-type.js'

const of = <Value>(schema: z.ZodType<Value>, value: Value) =>
  defineRule('test.a.rule', schema, { default: value as never, description: 'A rule.' })

const count = of(z.int().min(1).max(100), 1)
const share = of(z.number().min(0).max(1), 0.5)
const flag = of(z.boolean(), false)
const text = of(z.string().max(5), 'a')
const level = of(z.enum(['low', 'high']), 'low')
const days = of(z.array(z.int().min(0).max(6)), [])
const limit = of(z.union([z.int().min(1), z.null()]), null)
const wait = of(
  z
    .string()
    .regex(/^\d+s$/)
    .meta({ description: 'a length of time such as 30s' }),
  '30s',
)

test.each([
  [count, '10', 10],
  [count, ' 7 ', 7],
  [count, 10, 10],
  [count, '10.0', 10],
  [count, '1e1', 10],
  [share, '0.25', 0.25],
  [share, '.5', 0.5],
  [flag, 'true', true],
  [flag, 'FALSE', false],
  [flag, 'yes', true],
  [flag, '0', false],
  [text, '10', '10'],
  [text, 'true', 'true'],
  [level, 'high', 'high'],
  [days, '[1,2]', [1, 2]],
  [limit, 'null', null],
  [limit, '4', 4],
  [wait, '45s', '45s'],
])('%#: %s as %j is %j', (rule, given, value) => {
  expect(convert(rule, given)).toEqual({ value, kept: value })
})

test.each([
  [count, '101', 'a whole number from 1 to 100'],
  [count, 'ten', 'a whole number from 1 to 100'],
  [count, '', 'a whole number from 1 to 100'],
  [count, '1.5', 'a whole number from 1 to 100'],
  [count, true, 'a whole number from 1 to 100'],
  [share, '2', 'a number from 0 to 1'],
  [share, 'NaN', 'a number from 0 to 1'],
  [flag, 'perhaps', 'true or false'],
  [flag, 1, 'true or false'],
  [text, 'too long', 'text of 5 characters at most'],
  [text, 10, 'text of 5 characters at most'],
  [level, 'middle', 'one of low, high'],
  [days, '[7]', 'a list, each of it a whole number from 0 to 6'],
  [limit, '0', 'a whole number from 1 on or null'],
  [wait, '45', 'a length of time such as 30s'],
])('%#: %j is refused, for it takes %s', (rule, given, takes) => {
  expect(convert(rule, given)).toBeUndefined()
  expect(describeType(rule)).toBe(takes)
})

test('numbers without a range, or with one end only', () => {
  expect(describeType(of(z.number(), 1))).toBe('a number')
  expect(describeType(of(z.int(), 1))).toBe('a whole number')
  expect(describeType(of(z.number().max(3), 1))).toBe('a number up to 3')
  expect(describeType(of(z.number().positive(), 1))).toBe('a number above 0')
  expect(describeType(of(z.number().gt(0).lte(8), 1))).toBe('a number above 0, up to 8')
  expect(describeType(of(z.number().gte(1).lt(8), 1))).toBe('a number from 1 on below 8')
})
