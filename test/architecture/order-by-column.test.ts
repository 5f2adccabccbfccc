import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { expect, test } from 'vitest'

import { sortedByCast } from './order-by-column.js'

/** What stands in the files beside it whose columns it takes. */
async function besidesOf(file: string, text: string): Promise<string[]> {
  const names = [...text.matchAll(/from '\.\/([\w-]+)\.js'/g)].map(([, name]) => `${name}.ts`)
  return Promise.all(names.map((name) => readFile(path.join(path.dirname(file), name), 'utf8')))
}

test('what is cast for the answer is sorted by its column', async () => {
  const files = (await readdir('src', { recursive: true })).map((file) => path.join('src', file))
  const stores = files.filter((file) => /\bstore(\/[^/]+)?\.ts$/.test(file))
  expect(stores.length).toBeGreaterThan(50)
  const wrong = await Promise.all(
    stores.map(async (file) => {
      const text = await readFile(file, 'utf8')
      return sortedByCast(text, await besidesOf(file, text)).map((name) => `${file}: ORDER BY ${name}`)
    }),
  )
  expect(wrong.flat()).toEqual([])
})

test.each([
  ['`SELECT id::text, name FROM t ORDER BY id`', ['id']],
  ['`SELECT name, seq::float8 AS "seq" FROM t ORDER BY name, seq DESC`', ['seq']],
  ["const COLUMNS = 'id::text, name'\nconst LIST = `SELECT ${COLUMNS} FROM t ORDER BY id`", ['id']],
  ['const COLUMNS = { a: `t.id::text` }\nconst LIST = `SELECT ${COLUMNS[kind]} FROM t ORDER BY id`', ['id']],
  ['`SELECT id::text AS "id" FROM t ORDER BY t.id DESC`', []],
  ['`SELECT id::text AS "id" FROM (SELECT id FROM t ORDER BY id) AS t`', []],
  ['`SELECT id::text AS "jobId" FROM t ORDER BY id`', []],
])('of %s it finds %j', (text, found) => {
  expect(sortedByCast(text)).toEqual(found)
})
