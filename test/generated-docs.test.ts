import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { describeVariables } from './generated/describe-variables.js'
import { replaceSection } from './generated/replace-section.js'

// `npm run docs` writes what these compare.

test('the page on the configuration is made of the declarations', async () => {
  const file = 'docs/configuration.md'
  const page = await replaceSection(await readFile(file, 'utf8'), 'variables', describeVariables())
  await expect(page).toMatchFileSnapshot(`../${file}`)
})
