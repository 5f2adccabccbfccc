import { expect, test } from 'vitest'

import { findMeasure } from './find-measure.js'
import type { ScmsLine } from './scms-line.js'

function aLine(fields: Partial<ScmsLine>): ScmsLine {
  const texts = {
    project: 'P',
    site: 'Goa',
    country: 'Haiti',
    mode: 'Air',
    poSent: '',
    scheduled: '',
    delivered: '',
  }
  return { id: '1', shipment: 'DN-304', weight: '', freight: '', ...texts, ...fields }
}

function weightOf(lines: readonly ScmsLine[], others: readonly ScmsLine[] = []): number | undefined {
  return findMeasure(lines, 'weight', new Map([...lines, ...others].map((line) => [line.id, line])))
}

test.each([
  ['13', 13],
  ['780.34', 780.34],
  ['0', 0],
])('"%s" is a number', (weight, expected) => {
  expect(weightOf([aLine({ weight })])).toBe(expected)
})

test.each([
  '',
  'Weight Captured Separately',
  'Freight Included in Commodity Cost',
  '13 kg',
  '-13',
  '1e3',
  'NaN',
])('"%s" is no number', (weight) => {
  expect(weightOf([aLine({ weight })])).toBeUndefined()
})

test('the first line that holds a number is the one that counts', () => {
  const lines = [
    aLine({ id: '1', weight: 'Weight Captured Separately' }),
    aLine({ id: '2', weight: '70' }),
    aLine({ id: '3', weight: '80' }),
  ]
  expect(weightOf(lines)).toBe(70)
})

test('a reference is followed to the line that holds the value', () => {
  const holder = aLine({ id: '10589', weight: '9006', freight: '9869.55' })
  const line = aLine({ weight: 'See DN-304 (ID#:10589)', freight: 'See DN-304 (ID#:10589)' })
  const byId = new Map([[holder.id, holder]])
  expect(findMeasure([line], 'weight', byId)).toBe(9006)
  expect(findMeasure([line], 'freight', byId)).toBe(9869.55)
})

test.each([
  ['is not there', aLine({ id: '7', weight: '9006' })],
  [
    'belongs to another shipment than the reference says',
    aLine({ id: '10589', shipment: 'DN-9', weight: '9006' }),
  ],
  ['holds text', aLine({ id: '10589', weight: 'Weight Captured Separately' })],
  ['refers on to itself', aLine({ id: '10589', weight: 'See DN-304 (ID#:10589)' })],
])('a reference to a line that %s gives nothing', (_why, holder) => {
  expect(weightOf([aLine({ weight: 'See DN-304 (ID#:10589)' })], [holder])).toBeUndefined()
})
