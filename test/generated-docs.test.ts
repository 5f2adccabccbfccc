import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import type { Builders } from '../src/cli/index.js'
import { createProgram } from '../src/cli/run-cli.js'
import { describeCommands, describeExitCodes, describeOptions } from './generated/describe-commands.js'
import { describeRules } from './generated/describe-rules.js'
import { describeVariables } from './generated/describe-variables.js'
import { replaceSection } from './generated/replace-section.js'

// `npm run docs` writes what these compare.

test('the page on the configuration is made of the declarations', async () => {
  const file = 'docs/configuration.md'
  const page = await replaceSection(await readFile(file, 'utf8'), 'variables', describeVariables())
  await expect(page).toMatchFileSnapshot(`../${file}`)
})

test('the page on rules ends with all that are declared', async () => {
  const file = 'docs/rules.md'
  const page = await replaceSection(await readFile(file, 'utf8'), 'rules', describeRules())
  await expect(page).toMatchFileSnapshot(`../${file}`)
})

test('the page on the commands is made of their help', async () => {
  const file = 'docs/cli.md'
  const program = createProgram({ version: '0.0.0' } as Builders)
  const sections = {
    options: describeOptions(program),
    'exit codes': describeExitCodes(),
    commands: describeCommands(program),
  }
  let page = await readFile(file, 'utf8')
  for (const [name, made] of Object.entries(sections)) page = await replaceSection(page, name, made)
  await expect(page).toMatchFileSnapshot(`../${file}`)
})

test('the commands that the README and the page on them show are there', async () => {
  const pages = await Promise.all(['README.md', 'docs/cli.md'].map((file) => readFile(file, 'utf8')))
  const shown = pages.flatMap((text) => [...text.matchAll(/^(?:npx )?linehaul ([a-z-]+(?: [a-z-]+)?)/gm)])
  expect(shown.length).toBeGreaterThan(10) // it did look
  const program = createProgram({ version: '0.0.0' } as Builders)
  const isThere = (words: string) => {
    const [first, second] = words.split(' ')
    const command = program.commands.find((one) => one.name() === first)
    return command?.commands.length === 0 || command?.commands.some((one) => one.name() === second)
  }
  expect(shown.map(([, words = '']) => words).filter((words) => !isThere(words))).toEqual([])
})
