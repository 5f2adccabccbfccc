import { expect, test } from 'vitest'

import { defineJob } from './define-job.js'
import { nearestName } from './nearest-name.js'
import { Registry } from './registry.js'

const aDefinition = (name: `${string}.${string}`, aliases: string[] = [], queue = 'default') =>
  defineJob({ name, aliases, queue, payload: { parse: () => ({}) }, run: async () => undefined })

const analyze = aDefinition('freight.analyze-patterns', ['pattern:analyze'], 'pattern')
const expire = aDefinition('freight.expire-suggestions', [], 'pattern')

test('a definition is found by its name and by each alias', () => {
  const registry = new Registry([analyze, expire])
  expect(registry.get('freight.analyze-patterns')).toBe(analyze)
  expect(registry.get('pattern:analyze')).toBe(analyze)
  expect(registry.names).toEqual([
    'freight.analyze-patterns',
    'pattern:analyze',
    'freight.expire-suggestions',
  ])
})

test('each queue is named once', () => {
  expect(new Registry([analyze, expire]).queues).toEqual(['pattern'])
})

test('an unknown name is refused with the nearest known one', () => {
  const registry = new Registry([analyze, expire])
  expect(registry.find('freight.analyse-pattern')).toBeUndefined()
  expect(() => registry.get('freight.analyse-pattern')).toThrow(
    expect.objectContaining({
      code: 'JOBS_UNKNOWN_DEFINITION',
      nearest: 'freight.analyze-patterns',
      message: expect.stringContaining('Did you mean "freight.analyze-patterns"?') as string,
    }) as Error,
  )
})

test('a name that resembles none is refused without a guess', () => {
  expect(() => new Registry([analyze]).get('quoting.price-file')).toThrow(
    expect.objectContaining({
      nearest: undefined,
      message: 'No job is defined as "quoting.price-file".',
    }) as Error,
  )
})

test('two definitions cannot claim one name, be it by an alias', () => {
  const thief = aDefinition('freight.other', ['freight.analyze-patterns'])
  expect(() => new Registry([analyze, thief])).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_DEFINITION' }) as Error,
  )
})

test('the nearest name is the one with the fewest letters to change', () => {
  expect(nearestName('flete', ['fleet', 'lanes', 'quoting'])).toBe('fleet')
  expect(nearestName('flete', [])).toBeUndefined()
})
