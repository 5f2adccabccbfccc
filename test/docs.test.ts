import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { VARIABLES } from '../src/config.js'

test('every environment variable is documented, and nothing else is', async () => {
  const text = await readFile('docs/configuration.md', 'utf8')
  const documented = [...text.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name)
  expect(documented.sort()).toEqual([...VARIABLES].sort())
})

test('the README stays a page', async () => {
  const lines = (await readFile('README.md', 'utf8')).split('\n')
  expect(lines.length).toBeLessThan(150)
})
