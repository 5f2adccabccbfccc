import { CommanderError } from 'commander'
import { expect, test } from 'vitest'

import { ConfigError } from '../config.js'
import { DatabaseError } from '../database/index.js'
import { CliError, RefusedError, UnreachableError } from './cli-error.js'
import { exitCodeOf, SaidAlready } from './exit-code.js'

test.each([
  ['help that was asked for', new CommanderError(0, 'commander.helpDisplayed', ''), 0],
  ['an unknown command', new CommanderError(1, 'commander.unknownCommand', ''), 2],
  ['a setting that cannot be', new ConfigError(['PORT is not a number'], () => undefined), 2],
  ['no confirmation', new CliError('CLI_NOT_CONFIRMED', ''), 2],
  ['nobody there', new UnreachableError('http://127.0.0.1:1', undefined), 3],
  ['an API whose database is away', new RefusedError(503, ''), 3],
  ['an API that has had too many requests', new RefusedError(429, ''), 3],
  ['a schema that lacks a step', new DatabaseError('DATABASE_SCHEMA_OLD', '', false), 5],
  ['no valid key', new RefusedError(401, ''), 4],
  ['too low a role', new RefusedError(403, ''), 4],
  ['a setting that nothing declares', new RefusedError(422, '', 'RULES_UNKNOWN_NAME'), 2],
  ['something that is not there', new RefusedError(404, ''), 1],
  ['what has told its own code', new SaidAlready(1), 1],
  ['what nobody foresaw', new TypeError('x is not a function'), 1],
  ['what is no error', undefined, 1],
])('%s has its exit code', (_what, error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})
