import { readFile } from 'node:fs/promises'

import { beforeAll, describe, expect, test } from 'vitest'

import { complaintAbout, isTest, MAY_IMPORT, partOf, type Import } from './borders.js'
import { edgesOf, packageOf, readImports, type Graph } from './imports.js'

let graph: Graph

beforeAll(async () => {
  graph = await readImports()
})

function importsWithinSrc(): readonly Import[] {
  return [...graph].flatMap(([file, edges]) =>
    edges.flatMap(({ to }) => (to.startsWith('src/') ? [{ from: file.slice(4), to: to.slice(4) }] : [])),
  )
}

test('every part imports only parts below it, and only through their index.ts', () => {
  const imports = importsWithinSrc()
  expect(imports.length).toBeGreaterThan(100) // it did look
  expect(imports.flatMap((one) => complaintAbout(one) ?? [])).toEqual([])
})

test('every part is on the table of borders', () => {
  const parts = new Set([...graph.keys()].map((file) => partOf(file.slice(4))))
  expect(
    [...parts].filter((part) => part !== 'main.ts' && !isTest(part) && !isTest(`${part}/`)).sort(),
  ).toEqual(Object.keys(MAY_IMPORT).sort())
})

test('what users test with depends on no test framework', () => {
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { to } of graph.get(file) ?? []) visit(to)
  }
  visit('src/testing/index.ts')
  expect([...seen].filter((file) => file.startsWith('src/')).length).toBeGreaterThan(20) // it did look
  const packages = [...seen].flatMap((target) => packageOf(target) ?? [])
  expect(packages).toContain('pg') // there too
  expect(packages.filter((name) => /^(vitest|jest|mocha|fast-check)$/.test(name))).toEqual([])
})

test('no file imports itself by way of others', () => {
  const running = new Map(
    [...graph].map(([file, edges]) => [file, edges.filter(({ isType }) => !isType).map(({ to }) => to)]),
  )
  expect([...running.values()].flat().length).toBeGreaterThan(100) // it did look
  expect(circleIn(running)).toBeUndefined()
})

test('an import is seen wherever it stands, and whether it is of types alone', () => {
  const text = `
    import { a } from './a.js'
    import type { B } from './b.js'
    import { type C } from '../queue/c.js'
    export * from './d.js'
    export type { E } from './e.js'
    const later = () => import('./f.js')
    let g: import('./g.js').G
    import fs from 'node:fs'
    import pg from 'pg'
    import '@scope/package/inside.js'`
  const edges = edgesOf('src/database/x.ts', text).map(({ to, isType }) => `${isType ? 'type ' : ''}${to}`)
  expect(edges).toEqual([
    'src/database/a.js',
    'type src/database/b.js',
    'src/queue/c.js',
    'src/database/d.js',
    'type src/database/e.js',
    'src/database/f.js',
    'type src/database/g.js',
    'node:fs',
    'pg',
    '@scope/package/inside.js',
  ])
  expect(edges.slice(-3).map(packageOf)).toEqual([undefined, 'pg', '@scope/package'])
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
  const files = [...graph.keys()].filter((file) => !isTest(file))
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
