import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { expect, test } from 'vitest'

import { ACTIONS } from '../src/access/index.js'

test('the page on live events has every event that is told, and no other', async () => {
  const page = await readFile('docs/live.md', 'utf8')
  const { types, families } = await typesInCode()
  const rows = [...page.matchAll(/^\| `([a-z]+[._][a-z_-]+)`/gm)].map(([, type = '']) => type)
  const isOfFamily = (type: string) => families.has(type.replace(/\..*/, ''))
  expect(rows.filter((type) => !isOfFamily(type)).toSorted()).toEqual([...types].toSorted())
  for (const family of families) expect(rows.some((type) => type.startsWith(`${family}.`))).toBe(true)
})

/** Files that make live events say what it takes to see one; what else is spelled like a type is a permission. And those without a number. */
async function typesInCode(): Promise<{ types: Set<string>; families: Set<string> }> {
  const [types, families] = [new Set<string>(), new Set<string>()]
  for (const file of await readdir('src', { recursive: true })) {
    if (!file.endsWith('.ts') || /\.test\.ts$|testing\//.test(file)) continue
    const code = await readFile(path.join('src', file), 'utf8')
    if (file.startsWith(path.join('api', 'live')))
      for (const [, word = ''] of code.matchAll(/\.emit\('([a-z]+\.[a-z]+)'/g)) types.add(word)
    if (!/\bLiveEvent\b|\bChange\b|\bpublish\(/.test(code) || !/\bneeds\b/.test(code)) continue
    for (const [, word = ''] of code.matchAll(/'([a-z]+(?:\.[a-z-]+|_[a-z]+))'/g))
      if (!(ACTIONS as readonly string[]).includes(word)) types.add(word)
    for (const [, family = ''] of code.matchAll(/`([a-z]+)\.\$\{\w+\}`/g)) families.add(family)
  }
  return { types, families }
}
