import { expect, test } from 'vitest'

import { parseScmsDate } from './parse-scms-date.js'

test.each([
  ['2-Jun-06', '2006-06-02T00:00:00.000Z'],
  ['14-Sep-15', '2015-09-14T00:00:00.000Z'],
  ['02-Jan-10', '2010-01-02T00:00:00.000Z'],
  ['29-Feb-12', '2012-02-29T00:00:00.000Z'],
])('%s is read as day, month, year', (text, expected) => {
  expect(parseScmsDate(text)?.toISOString()).toBe(expected)
})

test.each([
  ['6/2/06', '2006-06-02T00:00:00.000Z'],
  ['12/31/14', '2014-12-31T00:00:00.000Z'],
])('%s is read as month, day, year', (text, expected) => {
  expect(parseScmsDate(text)?.toISOString()).toBe(expected)
})

test.each([
  '',
  'Date Not Captured',
  'N/A - From RDC',
  'Pre-PQ Process',
  '2-Jun-2006',
  '2006-06-02',
  '2-06-06',
  '2-Juni-06',
  '2-jun-06',
  '2-Foo-06',
  'Jun/2/06',
  '31/12/14',
  '29-Feb-11',
  '31-Apr-11',
  '0/1/11',
  '0-Jan-11',
  ' 2-Jun-06',
  '2-Jun-06 10:00',
])('"%s" is not a date', (text) => {
  expect(parseScmsDate(text)).toBeUndefined()
})
