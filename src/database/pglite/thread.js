// The thread that PGlite lives in: it would block the event loop for as long as a statement runs.
// Plain JavaScript, because a worker thread loads its file by itself, in tests too, where nothing compiles it.
import { Blob } from 'node:buffer'
import { parentPort, workerData } from 'node:worker_threads'

import { PGlite } from '@electric-sql/pglite'

import { PreparedStatements } from './prepared-statements.js'

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)

/** @param {unknown} error */
function portable(error) {
  const { message, code, constraint, detail } = /** @type {Record<string, unknown>} */ (error)
  return { message, code, constraint, detail }
}

/**
 * Whether PostgreSQL itself has ended: nothing that is asked of it afterwards gets a true answer.
 * @param {unknown} error
 */
function isFatal(error) {
  const { name } = /** @type {{ name?: string }} */ (error)
  return name === 'RuntimeError' || name === 'ExitStatus'
}

/** @param {string} channel @param {string} payload */
function tell(channel, payload) {
  port.postMessage({ channel, payload })
}

/**
 * @param {PGlite} db
 * @param {{ kind: string, sql: string, parameters?: unknown[] }} request
 */
async function answer(db, { kind, sql, parameters }) {
  switch (kind) {
    case 'query':
      return (await db.query(sql, parameters)).rows
    case 'script':
      await db.exec(sql)
      return []
    case 'listen':
      await db.listen(sql, (payload) => tell(sql, payload))
      return []
    case 'dump':
      return [new Uint8Array(await (await db.dumpDataDir('none')).arrayBuffer())]
    case 'close':
      await db.close()
      return []
    default:
      throw new Error(`unknown request ${kind}`)
  }
}

try {
  const { folder, dump } = workerData
  const db = await PGlite.create({ dataDir: folder, ...(dump && { loadDataDir: new Blob([dump]) }) })
  const prepared = new PreparedStatements(db, tell)
  port.postMessage({ ready: true })
  port.on('message', async (request) => {
    try {
      const { id, kind, sql, parameters } = request
      if (kind === 'prepared') {
        const raw = await prepared.query(sql, parameters ?? [])
        port.postMessage({ id, raw }, [/** @type {ArrayBuffer} */ (raw.buffer)])
      } else {
        await prepared.planAsUsual()
        port.postMessage({ id, rows: await answer(db, request) })
      }
    } catch (error) {
      if (isFatal(error)) throw error // ends this thread, and so tells everyone
      port.postMessage({ id: request.id, error: portable(error) })
    }
    if (request.kind === 'close') port.close()
  })
} catch (error) {
  port.postMessage({ failed: portable(error) })
  port.close()
}
