import { expect, test } from 'vitest'

import { parseOptions } from './options.js'

const known = {
  scenarios: [
    'enqueue-serial',
    'drain-1',
    'drain-10',
    'drain-100',
    'drain-100-tenants',
    'drain-million-waiting',
    'weights',
  ],
  fullOnly: ['drain-million-waiting', 'weights'],
  contenders: ['linehaul-postgres', 'bullmq-redis', 'bullmq-redis-aof', 'graphile-worker', 'pg-boss'],
}
const parse = (...words: string[]) => parseOptions(words, known)

test('without options it is a quick run of everything', () => {
  expect(parse()).toEqual({
    isFull: false,
    isList: false,
    isStrict: false,
    isHelp: false,
    writesDocs: false,
    only: undefined,
    against: undefined,
    json: undefined,
  })
})

test('the beginning of a name means all that begin so', () => {
  expect(parse('--only', 'drain,enqueue').only).toEqual(known.scenarios.slice(0, 5))
  expect(parse('--against', 'bullmq,pg-boss').against).toEqual([
    'bullmq-redis',
    'bullmq-redis-aof',
    'pg-boss',
  ])
})

test('the beginning of a name means what is for a full run only in a full run; a whole name means it always', () => {
  expect(parse('--only', 'drain', '--full').only).toEqual(known.scenarios.slice(1, 6))
  expect(parse('--only', 'drain-million-waiting').only).toEqual(['drain-million-waiting'])
  expect(parse('--only', 'weights').only).toEqual(['weights'])
})

test('the page is written by a run of everything alone', () => {
  expect(() => parse('--docs', '--only', 'drain')).toThrow('--docs writes the whole section')
  expect(parse('--docs', '--full')).toMatchObject({ writesDocs: true, isFull: true })
})

test('a whole name means that scenario alone', () => {
  expect(parse('--only', 'drain-100').only).toEqual(['drain-100'])
  expect(parse('--only=drain-1').only).toEqual(['drain-1'])
})

test('the file of the results is the word after its option', () => {
  expect(parse('--full', '--json', 'out.json', '--strict')).toMatchObject({
    isFull: true,
    isStrict: true,
    json: 'out.json',
  })
})

test('what nobody knows is refused with the nearest name', () => {
  expect(() => parse('--only', 'drian-10')).toThrow('There is no scenario "drian-10". Did you mean drain-10?')
  expect(() => parse('--against', 'pgboss')).toThrow('There is no contender "pgboss". Did you mean pg-boss?')
  expect(() => parse('--ful')).toThrow('There is no option "--ful". Did you mean --full?')
  expect(() => parse('--only', 'drai')).toThrow('There is no scenario "drai"')
  expect(() => parse('--only', '')).toThrow('--only needs a value')
  expect(() => parse('--json')).toThrow('--json needs a value')
})
