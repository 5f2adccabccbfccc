import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import ts from 'typescript'
import { expect, test } from 'vitest'

import { LEAST_ROLE } from '../src/access/index.js'
import { LEGAL_MOVES } from '../src/queue/index.js'

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

test('the drawing of the states has every legal move and no other', async () => {
  const text = await readFile('docs/engine.md', 'utf8')
  const drawn = [...text.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} -> ${to}`)
  const legal = Object.entries(LEGAL_MOVES).flatMap(([from, all]) => all.map((to) => `${from} -> ${to}`))
  expect(drawn.sort()).toEqual(legal.sort())
})

test('the page on access has the role that each permission takes', async () => {
  const text = await readFile('docs/access.md', 'utf8')
  const documented = [...text.matchAll(/^\| `(\w+\.\w+)` +\| (\w+) +\|$/gm)].map(([, action, role]) => [
    action,
    role,
  ])
  expect(documented).toEqual(Object.entries(LEAST_ROLE))
})

test('the tests that the docs name are there', async () => {
  const text = await readFile('docs/engine.md', 'utf8')
  const named = [...text.matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, file = '']) => file)
  expect(named.length).toBeGreaterThan(10) // it did look
  const placeOf = (file: string) => (/^(test|src)\//.test(file) ? file : `src/queue/${file}`)
  expect(named.filter((file) => !existsSync(placeOf(file)))).toEqual([])
})

test('the tests that docs/security.md names are there', async () => {
  const text = await readFile('docs/security.md', 'utf8')
  const named = [...text.matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, file = '']) => file)
  expect(named.length).toBeGreaterThan(20) // it did look
  expect(named.filter((file) => !existsSync(file))).toEqual([])
})

test('every error code of the engine and of the command line is explained', async () => {
  const explained = new Set(codesIn(await readFile('docs/errors.md', 'utf8'), '`'))
  const sources = (
    await Promise.all(['time', 'database', 'queue', 'rules', 'instance', 'cli'].map(sourcesOf))
  ).flat()
  const codes = sources.flatMap((text) => [
    ...codesIn(text, "'"),
    ...(/JOBS_STOPPED_BY_\$/.test(text) ? ['JOBS_STOPPED_BY_LEASE'] : []),
  ])
  expect(codes.length).toBeGreaterThan(20) // it did look
  expect(codes.filter((code) => !explained.has(code))).toEqual([])
})

function codesIn(text: string, quote: string): string[] {
  const pattern = new RegExp(`${quote}((?:TIME|DATABASE|JOBS|RULES|INSTANCE|CLI)_[A-Z_]+)${quote}`, 'g')
  return [...text.matchAll(pattern)].map(([, code = '']) => code)
}

async function sourcesOf(part: string): Promise<string[]> {
  const files = await readdir(path.join('src', part), { recursive: true })
  const sources = files.filter((file) => /\.ts$/.test(file) && !/testing|\.test\./.test(file))
  return Promise.all(sources.map((file) => readFile(path.join('src', part, file), 'utf8')))
}

test('the examples in the docs compile', { timeout: 120_000 }, async () => {
  const pages = ['README.md', ...(await readdir('docs')).map((name) => path.join('docs', name))]
  const examples = new Map(
    (await Promise.all(pages.filter((page) => page.endsWith('.md')).map(examplesOf))).flat(),
  )
  expect(examples.size).toBeGreaterThan(2) // it did look
  expect(complaintsAbout(examples)).toEqual([])
})

/** The blocks of a page that stand under a `checked` mark, by the names of files that they could be. */
async function examplesOf(page: string): Promise<[string, string][]> {
  const text = await readFile(page, 'utf8')
  return [...text.matchAll(/<!-- checked -->\s+```ts\n(.*?)```/gs)].map(([, code = ''], i) => [
    path.resolve(path.dirname(page), `${path.basename(page, '.md')}-${i + 1}.ts`),
    `${code}\nexport {}\n`,
  ])
}

/** Compiles them against the source, all in one program. */
function complaintsAbout(examples: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file))
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd())
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (file) => examples.has(file) || fileExists(file)
  host.readFile = (file) => examples.get(file) ?? readFile(file)
  host.getSourceFile = (file, how, ...rest) => {
    const example = examples.get(file)
    return example === undefined
      ? getSourceFile(file, how, ...rest)
      : ts.createSourceFile(file, example, how, true)
  }
  const program = ts.createProgram([...examples.keys()], { ...options, noUnusedLocals: false }, host)
  return [...examples.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)
  })
}

/** Where the links of a page lead that name no address on the web. */
async function linksOf(page: string): Promise<{ page: string; target: string }[]> {
  const text = await readFile(page, 'utf8')
  const links = [...text.matchAll(/\]\(([^)\s]+)/g), ...text.matchAll(/^\[[^\]]+\]: *(\S+)/gm)]
  return links
    .map(([, link = '']) => link.replace(/#.*$/, ''))
    .filter((link) => link !== '' && !/^[a-z]+:/.test(link))
    .map((link) => ({ page, target: path.join(path.dirname(page), link) }))
}
