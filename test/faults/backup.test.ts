import { once } from 'node:events'
import { watch } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { openEmbedded, type EmbeddedDatabase } from '../../src/database/index.js'
import { copyTemplate } from '../../src/database/testing/test-database.js'
import { finishRestore, keepBackup, restoreBackup } from '../../src/instance/index.js'
import { takeBackup } from '../../src/instance/backup/take-backup.js'
import { schema } from '../../src/schema.js'
import { systemClock } from '../../src/time/index.js'
import { Program } from '../journeys/program.js'
import { runHere } from '../journeys/run-here.js'

let program: Program
let dataDir: string
let removeData: () => Promise<void>
let scratch: string
let file: string

beforeAll(async () => {
  program = await Program.build()
  const { place, remove } = await copyTemplate('embedded')
  ;[dataDir, removeData] = [place.folder ?? '', remove]
  scratch = await mkdtemp(path.join(os.tmpdir(), 'linehaul-backup-'))
  file = path.join(scratch, 'whole.tar.gz')
})
afterAll(async () => {
  await program?.remove()
  await removeData?.()
  await rm(scratch, { recursive: true, force: true })
})

const forever = new AbortController().signal

function backup(database: EmbeddedDatabase, to: string, stop = forever) {
  const source = { database, schema, version: '0.0.0', dataDir, clock: systemClock }
  return keepBackup(() => takeBackup(source, () => undefined), { file: to, stop })
}

function restore(from: string, folder: string, { isForced = false, known = schema } = {}) {
  return restoreBackup({ file: from, folder, isForced, schema: known, now: new Date('2026-12-01T09:00:00Z') })
}

async function using<Result>(
  folder: string,
  work: (db: EmbeddedDatabase) => Promise<Result>,
): Promise<Result> {
  const database = await openEmbedded({ folder })
  return work(database).finally(() => database.close())
}

async function rowsIn(database: EmbeddedDatabase): Promise<number[]> {
  const rows = await database.query<{ n: number }>('SELECT n FROM public.kept ORDER BY n')
  return rows.map(({ n }) => n)
}

/** Resolves once something whose name fits appears in a folder. */
async function appears(folder: string, name: RegExp): Promise<void> {
  const watcher = watch(folder)
  while (!name.test(String((await once(watcher, 'change'))[1])));
  watcher.close()
}

test('a backup that is killed leaves nothing behind the next one', async () => {
  const { signal } = await program.interrupt(
    ['backup', '--to', file],
    { LINEHAUL_DATA_DIR: dataDir },
    () => appears(scratch, /\.partial$/),
    'SIGKILL',
  )
  expect(signal).toBe('SIGKILL')
  expect(await readdir(scratch)).toEqual([expect.stringMatching(/^whole\.tar\.gz\.\d+\.partial$/)])
  expect(await readdir(dataDir)).toContain('backup.partial')
})

test('one taken while rows are written has those committed before, in order', async () => {
  await using(dataDir, async (database) => {
    await database.query('CREATE TABLE public.kept (n int PRIMARY KEY)')
    let isOver = false
    let last = 0
    const write = async () => {
      while (!isOver && last < 300) await database.query('INSERT INTO public.kept VALUES ($1)', [++last])
    }
    const writing = write()
    const { manifest } = await backup(database, file).finally(() => (isOver = true))
    await writing
    expect(manifest).toMatchObject({ version: '0.0.0', format: 1 })
    await expect(backup(database, file)).rejects.toMatchObject({ code: 'INSTANCE_BACKUP_EXISTS' })
  })
})

test('one that is stopped, or has nowhere to go, leaves nothing beside the one that there is', async () => {
  await using(dataDir, async (database) => {
    const stop = new AbortController()
    const stopped = backup(database, path.join(scratch, 'stopped.tar.gz'), stop.signal)
    const aborted = expect(stopped).rejects.toThrow('aborted')
    await appears(scratch, /^stopped.*partial$/).then(() => stop.abort())
    await aborted
    const nowhere = backup(database, path.join(scratch, 'missing', 'x.tar.gz'))
    await expect(nowhere).rejects.toMatchObject({ code: 'INSTANCE_BACKUP_UNWRITABLE' })
  })
  expect(await readdir(scratch)).toEqual(['whole.tar.gz'])
  expect(await readdir(dataDir)).toEqual(['db'])
})

test.each([
  ['ends early', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1_000)],
  [
    'has another byte',
    (bytes: Buffer) =>
      Buffer.concat([bytes.subarray(0, 90_000), Buffer.from([bytes[90_000]! ^ 1]), bytes.subarray(90_001)]),
  ],
  ['is something else', () => Buffer.from('n,customer\n1,ACME\n')],
])('a file that %s is refused, and nothing made', async (_, damage) => {
  const damaged = path.join(scratch, 'damaged')
  await writeFile(damaged, damage(await readFile(file)))
  const folder = path.join(scratch, 'none')
  await expect(restore(damaged, folder)).rejects.toMatchObject({ code: 'INSTANCE_BACKUP_DAMAGED' })
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
})

test('one of a later version is refused, and one that is not there', async () => {
  const folder = path.join(scratch, 'none')
  await expect(restore(file, folder, { known: [] })).rejects.toMatchObject({ code: 'INSTANCE_BACKUP_NEWER' })
  const missing = restore(path.join(scratch, 'missing'), folder)
  await expect(missing).rejects.toMatchObject({ code: 'INSTANCE_BACKUP_UNREADABLE' })
})

test('a folder that is in use, or has a database, is left as it is', async () => {
  await using(dataDir, async (database) => {
    const before = await rowsIn(database)
    await expect(restore(file, dataDir, { isForced: true })).rejects.toMatchObject({
      code: 'DATABASE_FOLDER_IN_USE',
    })
    await database.query('INSERT INTO public.kept VALUES (-1)')
    expect(await rowsIn(database)).toEqual([-1, ...before])
  })
  await expect(restore(file, dataDir)).rejects.toMatchObject({ code: 'INSTANCE_FOLDER_NOT_EMPTY' })
  expect(await readdir(dataDir)).toEqual(['db'])
})

test('a restore that is killed leaves the old data; the next one puts it aside', async () => {
  const { signal } = await program.interrupt(
    ['restore', file, '--force'],
    { LINEHAUL_DATA_DIR: dataDir },
    () => appears(dataDir, /^restore\.partial$/),
    'SIGKILL',
  )
  expect(signal).toBe('SIGKILL')
  const old = await using(dataDir, rowsIn)
  expect(old).toContain(-1)
  const restoring = ['restore', file, '--force', '--json']
  const { code, errors, output } = await runHere(restoring, { LINEHAUL_DATA_DIR: dataDir })
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  const told = JSON.parse(output) as { oldIn: string }
  expect(told).toMatchObject({ folder: dataDir, manifest: { version: '0.0.0' } })
  const { oldIn } = told
  expect((await readdir(dataDir)).sort()).toEqual([path.basename(oldIn), 'db'].sort())
  const restored = await using(dataDir, rowsIn)
  expect(restored).toEqual(restored.map((_, i) => i + 1))
  expect(old.slice(1, restored.length + 1)).toEqual(restored)
  expect(await using(oldIn, rowsIn)).toEqual(old)
})

test('one that was killed between putting the old aside and the new in its place is ended by whoever comes next', async () => {
  const [folder, ready] = [
    path.join(scratch, 'halfway'),
    path.join(scratch, 'halfway', 'restore.ready', 'db'),
  ]
  await mkdir(ready, { recursive: true })
  await writeFile(path.join(ready, 'PG_VERSION'), '18')
  await Promise.all([finishRestore(folder), finishRestore(folder)])
  expect(await readdir(path.join(folder, 'db'))).toEqual(['PG_VERSION'])
})
