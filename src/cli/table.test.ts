import { expect, test } from 'vitest'

import { facts, table } from './table.js'

test('columns are as wide as their widest cell, numbers to the right, nothing stays empty', () => {
  expect(
    table(
      ['NAME', 'N', 'ERROR'],
      [
        ['a long name', 1, null],
        ['b', 200, 'first line\nsecond'],
      ],
    ),
  ).toBe(`NAME         N    ERROR\na long name    1\nb            200  first line`)
})

test('a cell of more than 72 characters is cut', () => {
  expect(table(['A'], [['x'.repeat(80)]])).toBe(`A\n${'x'.repeat(71)}…`)
})

test('the last column is told whole where that is asked for, in one line', () => {
  const long = `${'x'.repeat(80)}\n  y`
  expect(table(['A', 'B'], [[long, long]], { isLastWhole: true })).toBe(
    `A${' '.repeat(73)}B\n${'x'.repeat(71)}…  ${'x'.repeat(80)} y`,
  )
})

test('facts stand under each other, and those that are not there are left out', () => {
  expect(facts({ id: '7', queue: 'default', error: null, tries: 0 })).toBe(
    'id     7\nqueue  default\ntries  0',
  )
})
