import { pino } from 'pino'
import { expect, test } from 'vitest'

import { buildEngine } from './build-engine.js'
import { readConfig } from './config.js'
import type { Database } from './database/index.js'

test('a rule that the environment sets to what it does not take keeps the process from starting, each in a line', () => {
  const config = readConfig({ FREIGHT_PATTERN_MIN_FREQUENCY: '0', FREIGHT_PATTERN_ENABLED: 'perhaps' })
  const build = () => buildEngine(config, undefined as unknown as Database, pino({ level: 'silent' }))
  expect(build).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      problems: [
        'FREIGHT_PATTERN_ENABLED is not true or false',
        'FREIGHT_PATTERN_MIN_FREQUENCY is not a whole number from 1 to 100',
      ],
    }),
  )
})
