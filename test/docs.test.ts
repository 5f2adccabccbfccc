import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

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

test('every link to a file leads to one', async () => {
  const guides = (await readdir('docs')).filter((name) => name.endsWith('.md'))
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    ...guides.map((name) => path.join('docs', name)),
  ]
  const links = await Promise.all(pages.map(linksOf))
  expect(links.flat().filter(({ target }) => !existsSync(target))).toEqual([])
  expect(links.flat()).not.toEqual([])
})

/** Where the links of a page lead that name no address on the web. */
async function linksOf(page: string): Promise<{ page: string; target: string }[]> {
  const text = await readFile(page, 'utf8')
  const links = [...text.matchAll(/\]\(([^)\s]+)/g), ...text.matchAll(/^\[[^\]]+\]: *(\S+)/gm)]
  return links
    .map(([, link = '']) => link.replace(/#.*$/, ''))
    .filter((link) => link !== '' && !/^[a-z]+:/.test(link))
    .map((link) => ({ page, target: path.join(path.dirname(page), link) }))
}
