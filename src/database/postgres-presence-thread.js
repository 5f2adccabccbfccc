// The thread that shows its process to others: it goes on while a handler blocks the event loop of the main thread.
// Plain JavaScript, because a worker thread loads its file by itself, in tests too, where nothing compiles it.
import { clearInterval, setInterval, setTimeout } from 'node:timers'
import { parentPort, workerData } from 'node:worker_threads'

import pg from 'pg'

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)
// Without patience, which bounds how long the server may take for anything, a host that was cut off would wait for hours.
const { url, patienceMs, lockKey, beat, everyMs, silentAfterMs } = workerData

/** How often to look whether the connection stands and the main thread answers. */
const TURN_EVERY_MS = 500

// A connection pooler tells a process id of its own, and lends its sessions to others: no lock can be held through it.
const LOCK = `
-- show presence: $1 lock key, $2 process id of this session as the server told it
SELECT CASE WHEN pg_backend_pid() = $2 THEN pg_try_advisory_lock($1::bigint) END AS held`

// After a host was cut off, the server may take its former session for alive for hours.
const END_FORMER = `
-- end former session: $1 lock key
SELECT pg_terminate_backend(pid)
FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = $1::bigint
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()`

/** @type {{ client: pg.Client, hasLock: boolean, lastBeatMs: number } | undefined} */
let session
let heardMs = performance.now()
/** @type {boolean | undefined} */
let isShown
/** @type {Promise<void> | undefined} */
let turning

async function turn() {
  port.postMessage('are you there?')
  if (performance.now() - heardMs > silentAfterMs) return drop()
  try {
    session ??= await open()
    if (performance.now() - session.lastBeatMs >= everyMs) await show(session)
    tell(true)
  } catch {
    drop() // the next turn tries again
  }
}

async function open() {
  const client = new pg.Client({
    connectionString: url,
    fallback_application_name: 'linehaul presence',
    keepAlive: true,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  })
  client.on('error', () => undefined) // 'end' follows
  client.on('end', () => {
    if (session?.client !== client) return
    drop()
    go() // at once: others may be looking for the lock
  })
  await client.connect()
  return { client, hasLock: false, lastBeatMs: -Infinity }
}

/** @param {NonNullable<typeof session>} shown */
async function show(shown) {
  if (!shown.hasLock) shown.hasLock = await takeLock(shown.client)
  const lastBeatMs = performance.now()
  await shown.client.query(beat.sql, [...beat.parameters, shown.hasLock ? lockKey : null])
  shown.lastBeatMs = lastBeatMs
}

/** @param {pg.Client} client */
async function takeLock(client) {
  const { processID } = /** @type {pg.Client & { processID: number }} */ (client)
  const { rows } = await client.query(LOCK, [lockKey, processID])
  // Ended in a moment; the next beat gets the lock.
  if (rows[0].held === false) await client.query(END_FORMER, [lockKey])
  return rows[0].held === true
}

function drop() {
  const dropped = session
  session = undefined
  dropped?.client.end().catch(() => undefined)
  tell(false)
}

/** @param {boolean} now */
function tell(now) {
  if (now === isShown) return
  isShown = now
  port.postMessage({ isShown })
}

function go() {
  turning ??= turn().finally(() => (turning = undefined))
}

async function end() {
  clearInterval(timer)
  setTimeout(() => process.exit(), patienceMs) // a server that is silent answers no goodbye
  await turning
  const ending = session?.client.end()
  session = undefined
  await ending?.catch(() => undefined)
  process.exit() // of this thread alone
}

const timer = setInterval(go, TURN_EVERY_MS)
port.on('message', (message) => {
  heardMs = performance.now()
  if (message === 'end') void end()
})
go()
