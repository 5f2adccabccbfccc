import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import { findHolder, openEmbedded } from '../../src/database/index.js'
import { FolderLock } from '../../src/database/pglite/folder-lock.js'
import { compileDatabase, nextLine, type Child, type Compiled } from './child.js'

/** Holds the lock of a folder until it is killed, or told to let go by a line of input. */
const HOLD = `
import { FolderLock } from './database/pglite/folder-lock.js'
const lock = await FolderLock.acquire(process.argv[2])
lock.announce('http://127.0.0.1:3999')
console.log('locked')
process.stdin.once('data', async () => { await lock.release(); process.exit(0) })
`

let compiled: Compiled
let folder: string
let holder: Child

beforeAll(async () => {
  compiled = await compileDatabase()
})
afterAll(() => compiled.remove())

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-lock-'))
  holder = await compiled.run(HOLD, folder)
  expect(await nextLine(holder)).toBe('locked')
})
afterEach(async () => {
  holder.process.kill('SIGKILL')
  await holder.ended
  await rm(folder, { recursive: true, force: true })
})

test('a second process is refused, and told which process has the folder and where that one is', async () => {
  const error = (await openEmbedded({ folder }).catch((error: unknown) => error)) as Error
  expect(error).toMatchObject({
    code: 'DATABASE_FOLDER_IN_USE',
    holder: { pid: holder.process.pid, url: 'http://127.0.0.1:3999' },
  })
  expect(error.message).toContain(`process ${holder.process.pid}`)
  expect(error.message).toContain('http://127.0.0.1:3999')
})

test('the folder of a process that was killed is taken over', async () => {
  holder.process.kill('SIGKILL')
  expect(await holder.ended).toBe('SIGKILL')
  expect(await findHolder(folder)).toBeUndefined()
  const lock = await FolderLock.acquire(folder)
  expect(await findHolder(folder)).toMatchObject({ pid: process.pid })
  await lock.release()
})

test('of many who take over from a process that was killed exactly one wins', async () => {
  holder.process.kill('SIGKILL')
  await holder.ended
  const answers = await Promise.allSettled(Array.from({ length: 8 }, () => FolderLock.acquire(folder)))
  const won = answers.filter((answer) => answer.status === 'fulfilled')
  expect(won).toHaveLength(1)
  for (const answer of answers)
    if (answer.status === 'rejected')
      expect(answer.reason).toMatchObject({ code: 'DATABASE_FOLDER_IN_USE', holder: { pid: process.pid } })
  await won[0]?.value.release()
})

test('a process that was stopped, not killed, still holds its folder', async () => {
  holder.process.kill('SIGSTOP')
  await expect(FolderLock.acquire(folder)).rejects.toMatchObject({ code: 'DATABASE_FOLDER_IN_USE' })
  holder.process.kill('SIGCONT')
  expect(await findHolder(folder)).toMatchObject({ pid: holder.process.pid })
})

test('the folder of a process that let go is free', async () => {
  holder.process.stdin?.write('let go\n')
  expect(await holder.ended).toBe(0)
  const lock = await FolderLock.acquire(folder)
  await lock.release()
})
