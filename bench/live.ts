import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { PostgresDatabase, type Database } from '../src/database/index.js'
import { publish } from '../src/events/index.js'
import { withBenchDatabase } from './bench-database.js'
import { makeStamp, stampBacklog } from './hosts/backlog.js'
import { Child } from './hosts/child.js'
import { cpuOf } from './hosts/cpu.js'
import { quantile } from './hosts/quantile.js'
import type { HostsReport } from './hosts-worker.js'
import type { ClientsQuestion, ClientsReport } from './live-clients.js'
import { KEY, startServer, type ServerProcess } from './server-process.js'

const { values } = parseArgs({
  options: {
    sockets: { type: 'string', default: '1000' },
    notices: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '10' },
    backlog: { type: 'string', default: '500000' },
  },
})
const SOCKETS = Number(values.sockets)
const SECONDS = Number(values.seconds)

/** What one credential may have. */
const SOCKETS_PER_KEY = 100

/** Between two notices: each is measured alone. */
const BETWEEN_MS = 200

/**
 * How long a notice takes from its commit to every one of a thousand sockets, and what a drain on the same database costs the
 * process that has the sockets. Clients, server, worker and database share the machine.
 *
 *   npm run bench:live -- --sockets 1000 --seconds 10    (DATABASE_URL names a server; a database is made and dropped)
 */
await withBenchDatabase('live', async (url) => {
  const server = await startServer(['bin/linehaul.js', 'serve'], url)
  const database = new PostgresDatabase({ url })
  const clients = new Child('live-clients.js')
  try {
    await clients.ask({
      connect: SOCKETS,
      url: server.url,
      keys: await makeKeys(server),
    } satisfies ClientsQuestion)
    await measureNotices(database, clients)
    await measureDrain(database, { url, server, clients })
  } finally {
    clients.kill()
    await database.close()
    await server.stop()
  }
})

async function makeKeys({ url }: ServerProcess): Promise<readonly string[]> {
  const make = async (_: unknown, n: number): Promise<string> => {
    const response = await fetch(`${url}/api/v1/api-keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: `clients ${n}`, role: 'viewer' }),
    })
    return ((await response.json()) as { secret: string }).secret
  }
  return Promise.all(Array.from({ length: Math.ceil(SOCKETS / SOCKETS_PER_KEY) }, make))
}

async function measureNotices(database: Database, clients: Child): Promise<void> {
  const committedAtMs = new Map<string, number>()
  for (let n = 0; n < Number(values.notices); n++) {
    const data = { id: `notice-${n}`, title: 'Job Completed', priority: 'medium' }
    const event = { type: 'notification.created', needs: 'notifications.read', data }
    await publish(database, [{ tenantId: 'default', stream: 'tenant', ...event }])
    committedAtMs.set(data.id, performance.timeOrigin + performance.now())
    await pause(BETWEEN_MS)
  }
  await pause(2_000)
  const { gotAtMs } = await clients.ask<ClientsReport>('report')
  const took = [...committedAtMs].flatMap(([id, atMs]) => (gotAtMs[id] ?? []).map((gotMs) => gotMs - atMs))
  const sorted = took.toSorted((a, b) => a - b)
  const of = SOCKETS * committedAtMs.size
  const ms = (part: number) => `${quantile(sorted, part).toFixed(0)} ms`
  say(
    `a notice to ${SOCKETS} sockets: ${sorted.length} of ${of} arrived, p50 ${ms(0.5)}, p99 ${ms(0.99)}, last ${ms(1)}`,
  )
}

async function measureDrain(
  database: Database,
  { url, server, clients }: { url: string; server: ServerProcess; clients: Child },
): Promise<void> {
  const count = Number(values.backlog)
  await makeStamp(database, count)
  // Of the tenant that everybody looks at, so that its counts change all the time.
  await database.query(`UPDATE stamp SET tenant_id = 'default'`)
  const quiet = await shareOf(server.pid)
  await stampBacklog(database, { count, jobMs: 0 })
  const worker = new Child('hosts-worker.js', url, '100')
  try {
    await worker.ask({ add: 1 })
    await clients.ask('report')
    await worker.ask('report')
    const busy = await shareOf(server.pid)
    const { ended } = await worker.ask<HostsReport>('report')
    const { counted } = await clients.ask<ClientsReport>('report')
    say(
      `drained ${Math.round(ended / SECONDS)} jobs a second; ${(counted / SOCKETS / SECONDS).toFixed(1)} counts a second to each socket`,
    )
    say(`the sockets' process: ${percent(quiet)} of a core while nothing happens, ${percent(busy)} meanwhile`)
  } finally {
    await worker.ask('stop')
    worker.kill()
  }
}

/** The part of one core that a process used for some seconds. */
async function shareOf(pid: number): Promise<number> {
  const [before, sinceMs] = [await cpuOf(pid), performance.now()]
  await pause(SECONDS * 1_000)
  return ((await cpuOf(pid)) - before) / ((performance.now() - sinceMs) / 1_000)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function say(sentence: string): void {
  console.log(sentence)
}
