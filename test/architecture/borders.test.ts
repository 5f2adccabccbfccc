import { readdir, readFile } from 'node:fs/promises'

import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { beforeAll, describe, expect, test } from 'vitest'

import { complaintAbout, isTest, MAY_IMPORT, partOf, type Import } from './borders.js'

let modules: ICruiseResult['modules']

beforeAll(async () => {
  const { output } = await cruise(await filesToRead(), {
    // Types too, each said to be one: to look twice takes twice as long.
    tsPreCompilationDeps: 'specify',
    // What imports a test is told all the same; to read hundreds of them takes as long as all the rest.
    doNotFollow: ['node_modules', '\\.test\\.ts$'],
    exclude: 'dist',
  })
  modules = (output as ICruiseResult).modules
})

/** Everything that is shipped, and what users test with. */
async function filesToRead(): Promise<string[]> {
  const files = await readdir('src', { recursive: true })
  const isRead = (file: string) => /\.[jt]s$/.test(file) && (partOf(file) === 'testing' || !isTest(file))
  return files.filter((file) => isRead(file) && !/\.test\.ts$/.test(file)).map((file) => `src/${file}`)
}

function importsWithinSrc(): readonly Import[] {
  return modules.flatMap(({ source, dependencies }) =>
    dependencies.flatMap(({ resolved }) =>
      [source, resolved].every((file) => file.startsWith('src/'))
        ? [{ from: source.slice(4), to: resolved.slice(4) }]
        : [],
    ),
  )
}

test('every part imports only parts below it, and only through their index.ts', () => {
  const imports = importsWithinSrc()
  expect(imports.length).toBeGreaterThan(100) // it did look
  expect(imports.flatMap((one) => complaintAbout(one) ?? [])).toEqual([])
})

test('every part is on the table of borders', () => {
  const parts = new Set(
    modules.filter(({ source }) => source.startsWith('src/')).map(({ source }) => partOf(source.slice(4))),
  )
  expect(
    [...parts].filter((part) => part !== 'main.ts' && !isTest(part) && !isTest(`${part}/`)).sort(),
  ).toEqual(Object.keys(MAY_IMPORT).sort())
})

test('what users test with depends on no test framework', () => {
  const seen = new Set<string>()
  const visit = (source: string): void => {
    if (seen.has(source)) return
    seen.add(source)
    for (const { resolved } of modules.find((one) => one.source === source)?.dependencies ?? [])
      visit(resolved)
  }
  visit('src/testing/index.ts')
  const packages = [...seen].flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])
  expect([...seen].filter((file) => file.startsWith('src/')).length).toBeGreaterThan(20) // it did look
  expect(packages.filter((name) => /^(vitest|jest|mocha|fast-check)$/.test(name))).toEqual([])
})

test('no file imports itself by way of others', () => {
  const running = new Map(
    modules.map(({ source, dependencies }) => [
      source,
      dependencies.filter(({ preCompilationOnly }) => !preCompilationOnly).map(({ resolved }) => resolved),
    ]),
  )
  expect([...running.values()].flat().length).toBeGreaterThan(100) // it did look
  expect(circleIn(running)).toBeUndefined()
})

test('a circle is found wherever it begins', () => {
  const edges = { a: ['b'], b: ['c', 'd'], c: ['d'], d: ['e'], e: ['c'] }
  expect(circleIn(new Map(Object.entries(edges)))).toEqual(['c', 'd', 'e', 'c'])
  expect(circleIn(new Map(Object.entries({ ...edges, e: [] })))).toBeUndefined()
})

/** The first way from a file back to itself. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>()
  const walk = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of imports.get(file) ?? []) {
      const circle = walk(next, [...way, file])
      if (circle) return circle
    }
    done.add(file)
    return undefined
  }
  return [...imports.keys()].map((file) => walk(file, [])).find((circle) => circle)
}

test('SQL stands in store folders, store files and migrations only', async () => {
  const files = modules.map(({ source }) => source).filter((file) => file.startsWith('src/') && !isTest(file))
  const elsewhere = files.filter((file) => !/\/(store|migrations)\/|\/store\.ts$|^src\/database\//.test(file))
  const withSql = await Promise.all(
    elsewhere.map(async (file) => (hasSql(await readFile(file, 'utf8')) ? [file] : [])),
  )
  expect(withSql.flat()).toEqual([])
})

function hasSql(text: string): boolean {
  return /(SELECT |INSERT INTO|UPDATE linehaul|DELETE FROM|ALTER TABLE|CREATE TABLE)/.test(text)
}

describe('the table of borders', () => {
  test.each<[string, Import]>([
    ['a part above', { from: 'queue/engine.ts', to: 'domain/freight/index.ts' }],
    ['another domain', { from: 'domain/freight/x.ts', to: 'domain/orders/index.ts' }],
    ['the inside of a part', { from: 'api/routes/jobs.ts', to: 'queue/store/find.ts' }],
    ['a test helper', { from: 'queue/engine.ts', to: 'time/testing/fake-clock.ts' }],
  ])('forbids to import %s', (_, wrong) => {
    expect(complaintAbout(wrong)).toMatch(/imports/)
  })

  test('allows what lies below, through its door', () => {
    expect(complaintAbout({ from: 'queue/engine.ts', to: 'database/index.ts' })).toBeUndefined()
  })
})
