import { expect, test } from 'vitest'

import { openEmbedded } from '../../src/database/index.js'
import { copyTemplate } from '../../src/database/testing/test-database.js'
import { compileDatabase, nextLine } from './child.js'

/** Inserts row after row, several at a time, and names each one that is committed. */
const WRITE = `
import { openEmbedded } from './database/index.js'
const db = await openEmbedded({ folder: process.argv[2] })
await db.query('CREATE TABLE IF NOT EXISTS public.acknowledged (n int PRIMARY KEY)')
let last = Number(process.argv[3])
async function write() {
  for (;;) {
    const n = ++last
    await db.transaction((tx) => tx.query('INSERT INTO public.acknowledged VALUES ($1)', [n]))
    process.stdout.write(n + '\\n')
  }
}
write(); write(); write()
`

const ROUNDS = 2
const ROWS_A_ROUND = 200

test('every row whose commit was acknowledged is there after kill -9, kill after kill', async () => {
  const compiled = await compileDatabase()
  const { place, remove } = await copyTemplate('embedded')
  const folder = place.folder ?? ''
  const acknowledged: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const child = await compiled.run(WRITE, folder, String(round * 1_000_000))
    for (let row = 0; row < ROWS_A_ROUND; row++) acknowledged.push(Number(await nextLine(child)))
    child.process.kill('SIGKILL') // in the middle: three writers are always under way
    expect(await child.ended).toBe('SIGKILL')
    for (let line = await child.lines.next(); !line.done; line = await child.lines.next())
      if (line.value) acknowledged.push(Number(line.value))
  }
  const db = await openEmbedded({ folder })
  const rows = await db.query<{ n: number }>('SELECT n FROM public.acknowledged')
  const there = new Set(rows.map(({ n }) => n))
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ROWS_A_ROUND)
  expect(acknowledged.filter((n) => !there.has(n))).toEqual([])
  await db.close()
  await remove()
  await compiled.remove()
}, 60_000)
