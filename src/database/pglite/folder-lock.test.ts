import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { copyTemplate } from '../testing/test-database.js'
import { FolderInUseError, FolderLock } from './folder-lock.js'
import { findHolder } from './holder.js'
import { openEmbedded } from './open.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('nobody holds a folder that nobody opened, nor one that was let go', async () => {
  expect(await findHolder(folder)).toBeUndefined()
  const lock = await FolderLock.acquire(folder)
  await lock.release()
  expect(await findHolder(folder)).toBeUndefined()
  expect(await readdir(folder)).toEqual([])
})

test('a holder tells who it is, and where it can be reached once it can', async () => {
  const lock = await FolderLock.acquire(folder, new Date('2026-01-05T08:00:00Z'))
  const holder = { pid: process.pid, host: os.hostname(), since: '2026-01-05T08:00:00.000Z' }
  expect(await findHolder(folder)).toEqual({ ...holder, url: null })
  lock.announce('http://127.0.0.1:3000')
  expect(await findHolder(folder)).toEqual({ ...holder, url: 'http://127.0.0.1:3000' })
  await lock.release()
})

test('of two rivals at once exactly one wins, each of twenty times', async () => {
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.allSettled([FolderLock.acquire(folder), FolderLock.acquire(folder)])
    const won = answers.filter((answer) => answer.status === 'fulfilled')
    const lost = answers.filter((answer) => answer.status === 'rejected')
    expect(won).toHaveLength(1)
    expect(lost[0]?.reason).toBeInstanceOf(FolderInUseError)
    await won[0]?.value.release()
  }
})

test('a folder whose path is longer than a socket address can be locked, and its holder found', async () => {
  const deep = path.join(folder, 'x'.repeat(60), 'y'.repeat(60))
  await mkdir(deep, { recursive: true })
  expect(deep.length).toBeGreaterThan(108)
  const lock = await FolderLock.acquire(deep)
  expect(await findHolder(deep)).toMatchObject({ pid: process.pid })
  await expect(FolderLock.acquire(deep)).rejects.toMatchObject({ code: 'DATABASE_FOLDER_IN_USE' })
  await lock.release()
  expect(await readdir(deep)).toEqual([])
})

test('a holder is found by a long path that is relative', async () => {
  const cache = path.resolve('node_modules/.cache')
  await mkdir(cache, { recursive: true })
  const near = await mkdtemp(path.join(cache, `linehaul-lock-${'x'.repeat(60)}-`))
  const lock = await FolderLock.acquire(near)
  expect(await findHolder(path.relative(process.cwd(), near))).toMatchObject({ pid: process.pid })
  await lock.release()
  await rm(near, { recursive: true })
})

test('a holder that accepts but never answers holds the folder all the same', async () => {
  // As a process does that was stopped, not killed: the system accepts for it, nobody reads or writes.
  const stalled = net.createServer({ allowHalfOpen: true, pauseOnConnect: true })
  const accepted: net.Socket[] = []
  stalled.on('connection', (socket) => accepted.push(socket))
  await new Promise<void>((resolve) => stalled.listen(path.join(folder, 'lock.sock'), resolve))
  await expect(FolderLock.acquire(folder)).rejects.toMatchObject({
    code: 'DATABASE_FOLDER_IN_USE',
    holder: { pid: 0 },
  })
  for (const socket of accepted) socket.destroy()
  await new Promise((resolve) => stalled.close(resolve))
})

test('a folder that lies below a file cannot be written, and the error says what to do', async () => {
  const file = path.join(folder, 'file')
  await writeFile(file, '')
  await expect(openEmbedded({ folder: path.join(file, 'data') })).rejects.toMatchObject({
    code: 'DATABASE_FOLDER_NOT_WRITABLE',
    message: expect.stringContaining('LINEHAUL_DATA_DIR') as string,
  })
})

test('a database that cannot be opened lets its folder go', async () => {
  await mkdir(path.join(folder, 'db'))
  await writeFile(path.join(folder, 'db', 'PG_VERSION'), 'none of PostgreSQL')
  await expect(openEmbedded({ folder })).rejects.toThrow()
  expect(await findHolder(folder)).toBeUndefined()
})

test('a folder that others could enter lets them in no more once it is opened', async () => {
  const { place, remove } = await copyTemplate('embedded')
  const data = place.folder ?? ''
  await chmod(data, 0o755)
  const db = await openEmbedded({ folder: data })
  expect((await stat(data)).mode & 0o777).toBe(0o700)
  await db.close()
  await remove()
})
