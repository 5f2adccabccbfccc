import { expect, test } from 'vitest'

import { DatabaseUnavailableError, isDataError, isUnavailable, isUniqueViolation } from './errors.js'

const withCode = (code: string, more: object = {}) => Object.assign(new Error('why'), { code, ...more })

test.each<[string, unknown]>([
  ['a server that shuts down', withCode('57P01')],
  ['a server that crashed', withCode('57P02')],
  ['a server that is starting', withCode('57P03')],
  ['a connection that failed', withCode('08006')],
  ['too many connections', withCode('53300')],
  ['a full disk', withCode('53100')],
  ['a standby, which only reads', withCode('25006')],
  ['a port that nobody listens on', withCode('ECONNREFUSED')],
  ['a connection that was reset', withCode('ECONNRESET')],
  ['a host that has no address', withCode('ENOTFOUND')],
  ['a refusal on each address', new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')])],
  ['what node-postgres says without a code', new Error('Connection terminated unexpectedly')],
  ['the error that says so', new DatabaseUnavailableError('here', undefined)],
])('%s means that the database is away', (_what, error) => {
  expect(isUnavailable(error)).toBe(true)
})

test.each<[string, unknown]>([
  ['a mistake in the statement', withCode('42601')],
  ['a violated constraint', withCode('23505')],
  ['a cancelled statement', withCode('57014')],
  ['an error of somebody else', new Error('carrier is down')],
  ['no error', undefined],
])('%s does not', (_what, error) => {
  expect(isUnavailable(error)).toBe(false)
})

test('a violation is known by its constraint', () => {
  const clash = withCode('23505', { constraint: 'job_unique' })
  expect(isUniqueViolation(clash)).toBe(true)
  expect(isUniqueViolation(clash, 'job_unique')).toBe(true)
  expect(isUniqueViolation(clash, 'another')).toBe(false)
  expect(isUniqueViolation(withCode('23503'), 'job_unique')).toBe(false)
})

test('values that were refused would be refused again', () => {
  expect(['22P02', '23514'].map((code) => isDataError(withCode(code)))).toEqual([true, true])
  expect(['42601', '57P01'].map((code) => isDataError(withCode(code)))).toEqual([false, false])
})
