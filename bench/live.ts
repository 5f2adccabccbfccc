import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { PostgresDatabase, type Database } from '../src/database/index.js'
import { publish } from '../src/events/index.js'
import { createNotifications, type NotificationNeeds } from '../src/notifications/index.js'
import { spreadNotice } from '../src/notifications/spread-notice.job.js'
import { Engine } from '../src/queue/index.js'
import { withBenchDatabase } from './bench-database.js'
import { makeStamp, stampBacklog } from './hosts/backlog.js'
import { Child } from './hosts/child.js'
import { cpuOf } from './hosts/cpu.js'
import { quantile } from './hosts/quantile.js'
import type { HostsReport } from './hosts-worker.js'
import type { ClientsQuestion, ClientsReport } from './live-clients.js'
import { signInUsers } from './live-users.js'
import { startServer, type ServerProcess } from './server-process.js'

const { values } = parseArgs({
  options: {
    sockets: { type: 'string', default: '1000' },
    notices: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '10' },
    backlog: { type: 'string', default: '500000' },
  },
})
const SOCKETS = Number(values.sockets)
const SECONDS = Number(values.seconds)

/** Between two: each is measured alone. */
const BETWEEN_MS = 2_000

/** For the last one to arrive everywhere. */
const LAST_MS = 10_000

/**
 * How long a notice takes from its commit to every one of a thousand people who have signed in, and what a drain on the same database costs the
 * process that has the sockets. Clients, server, worker and database share the machine.
 *
 *   npm run bench:live -- --sockets 1000 --seconds 10    (DATABASE_URL names a server; a database is made and dropped)
 */
await withBenchDatabase('live', async (url) => {
  const server = await startServer(['bin/linehaul.js', 'serve'], url)
  const database = new PostgresDatabase({ url })
  const clients = new Child('live-clients.js')
  try {
    const tokens = await signInUsers(server, { database, count: SOCKETS })
    await clients.ask({ url: server.url, tokens } satisfies ClientsQuestion)
    await measure('a notice', tellNotice(database), clients)
    await measure('an event of the tenant', tellEvent(database), clients)
    await measureDrain(database, { url, server, clients })
  } finally {
    clients.kill()
    await database.close()
    await server.stop()
  }
})

/** Writes something that everybody is to be told, which names itself by its title. */
type Tell = (title: string) => Promise<unknown>

/** A notice to the whole tenant, as a process writes it that does not serve: a job finds its people, and each has it in the inbox. */
function tellNotice(database: Database): Tell {
  // It runs none of them: the server does.
  const engine = new Engine<NotificationNeeds>({
    database,
    jobs: [spreadNotice],
    needs: {} as NotificationNeeds,
  })
  const { notify } = createNotifications({
    database,
    enqueue: (requests, { tx }) => engine.client.enqueueMany(requests, { tx }),
  })
  const notice = {
    tenantId: 'default',
    eventType: 'bench.told',
    priority: 'medium',
    source: 'bench',
  } as const
  return (title) =>
    database.transaction((tx) =>
      notify(tx, {
        ...{ ...notice, title, cause: `bench:${title}`, target: { kind: 'tenant' } },
        message: 'It has completed successfully.',
      }),
    )
}

/** One event for all, as an alert or new suggestions are. */
function tellEvent(database: Database): Tell {
  const event = { tenantId: 'default', stream: 'tenant', type: 'suggestion.created', needs: 'lanes.read' }
  return (title) => publish(database, [{ ...event, data: { title } }])
}

async function measure(what: string, tell: Tell, clients: Child): Promise<void> {
  const committedAtMs = new Map<string, number>()
  for (let n = 0; n < Number(values.notices); n++) {
    const title = `${what} ${n}`
    await tell(title)
    committedAtMs.set(title, performance.timeOrigin + performance.now())
    await pause(BETWEEN_MS)
  }
  await pause(LAST_MS)
  const { gotAtMs } = await clients.ask<ClientsReport>('report')
  const took = [...committedAtMs].flatMap(([title, atMs]) =>
    (gotAtMs[title] ?? []).map((gotMs) => gotMs - atMs),
  )
  const sorted = took.toSorted((a, b) => a - b)
  const of = SOCKETS * committedAtMs.size
  const ms = (part: number) => `${quantile(sorted, part).toFixed(0)} ms`
  say(
    `${what} to ${SOCKETS} sockets: ${sorted.length} of ${of} arrived, p50 ${ms(0.5)}, p99 ${ms(0.99)}, last ${ms(1)}`,
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
