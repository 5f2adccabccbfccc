import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { ENGINE_KEEPS } from '../src/queue/keep.js'
import { keepsWith } from '../src/schema.js'

test('the page on retention says of every table how long it keeps its rows, as the clean-up does', async () => {
  const text = await readFile('docs/retention.md', 'utf8')
  const rows = [...text.matchAll(/^\| `(\w+)` +\| `(\w+)` +\| (\w+) +\|/gm)]
  expect(rows.map(([, table, column, time]) => ({ table, column, for: time }))).toEqual([
    ...ENGINE_KEEPS,
    ...keepsWith(),
  ])
})
