import type { Worker } from 'node:worker_threads'

import { expect, test, vi } from 'vitest'

import { copyTemplate, openTestDatabase } from '../testing/test-database.js'
import { openEmbedded } from './open.js'

const threads = vi.hoisted(() => [] as Worker[])
vi.mock('node:worker_threads', async (importOriginal) => {
  const original = await importOriginal<{ Worker: typeof Worker }>()
  class Known extends original.Worker {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options)
      threads.push(this)
    }
  }
  return { ...original, Worker: Known }
})

test('an embedded database whose thread ends tells so, and refuses every call', async () => {
  const { place, remove } = await copyTemplate('embedded')
  const db = await openEmbedded({ folder: place.folder ?? '' })
  const underWay = db.query('SELECT pg_sleep(10)').catch((error: unknown) => error)
  await threads.at(-1)?.terminate()
  const reason = await db.broken
  expect(reason).toMatchObject({
    code: 'DATABASE_BROKEN',
    message: expect.stringMatching(/linehaul-test-.* has ended\. .*Start the process again/) as string,
  })
  expect(await underWay).toBe(reason)
  await expect(db.query('SELECT 1')).rejects.toBe(reason)
  await db.close() // without complaint
  await remove()
})

test('an embedded database that is closed is not broken', async () => {
  const { db, remove } = await openTestDatabase('embedded')
  await remove()
  await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_CLOSED' })
})
