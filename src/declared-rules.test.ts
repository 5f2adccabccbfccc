import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect, test } from 'vitest'

import { DECLARED_RULES } from './declared-rules.js'

/** What is defined in some file but not in the list could not be set: whoever reads it would get its default for ever. */
test('every rule that is defined somewhere can be set', () => {
  const defined = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|[/\\]testing[/\\]/.test(file))
    .flatMap((file) => [
      ...readFileSync(path.join('src', file), 'utf8').matchAll(/defineRule\(\s*'([^']+)'/g),
    ])
    .map(([, name]) => name)
  expect(defined).toContain('freight.pattern.min_frequency')
  expect(DECLARED_RULES.map(({ name }) => name)).toEqual(expect.arrayContaining(defined))
})
