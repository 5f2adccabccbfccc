import { migrate, PostgresDatabase } from '../../src/database/index.js'
import { queueMigrations } from '../../src/queue/index.js'
import { findServerPrograms, TestServer } from '../../test/faults/test-server.js'
import type { HostsReport } from '../hosts-worker.js'
import { Child } from './child.js'
import { quantile } from './quantile.js'
import { cpuOf, cpuOfFamily, cpuOfMachine, parentOf } from './cpu.js'

/** More processes would not give the hosts more of two cores. */
const PROCESSES = 4

/** CPU seconds used so far. */
export interface Cpu {
  readonly database: number
  readonly hosts: number
  readonly proxy: number
  readonly machine: number
}

/** A server of its own, the slow way to it, and the hosts at the other end. */
export class Rig {
  #postmaster = 0
  #count = 0

  private constructor(
    private readonly server: TestServer,
    /** By the straight way. */
    readonly database: PostgresDatabase,
    /** By the slow way. */
    private readonly far: PostgresDatabase,
    private readonly proxy: Child,
    private readonly hosts: readonly Child[],
  ) {}

  static async create(concurrency: number, onCreated: (remove: () => Promise<void>) => void): Promise<Rig> {
    const server = await startServer(onCreated)
    const database = new PostgresDatabase({ url: server.url, maxConnections: 4 })
    const url = new URL(server.url)
    const proxy = new Child('hosts-proxy.js', url.port)
    url.port = String(await proxy.ask<number>({ delayMs: 0 }))
    const hosts = Array.from(
      { length: PROCESSES },
      () => new Child('hosts-worker.js', url.href, String(concurrency)),
    )
    const far = new PostgresDatabase({ url: url.href, maxConnections: 1 })
    const rig = new Rig(server, database, far, proxy, hosts)
    onCreated(() => rig.remove())
    const [session] = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    rig.#postmaster = await parentOf(session?.pid ?? 0)
    return rig
  }

  get count(): number {
    return this.#count
  }

  /** Starts as many hosts as are lacking. */
  async growTo(count: number): Promise<void> {
    const shareOf = (all: number, i: number) => Math.floor((all + PROCESSES - 1 - i) / PROCESSES)
    await Promise.all(
      this.hosts.map((child, i) => child.ask({ add: shareOf(count, i) - shareOf(this.#count, i) })),
    )
    this.#count = count
  }

  /** @param delayMs of one direction */
  async setDelay(delayMs: number): Promise<void> {
    await this.proxy.ask({ delayMs })
  }

  /** Median time of a statement that does nothing, by the slow way. */
  async roundTripMs(): Promise<number> {
    const took: number[] = []
    for (let i = 0; i < 50; i++) {
      const startedMs = performance.now()
      await this.far.query('SELECT 1')
      took.push(performance.now() - startedMs)
    }
    return quantile(
      took.sort((a, b) => a - b),
      0.5,
    )
  }

  /** What the hosts saw since this was last asked. */
  async report(): Promise<HostsReport> {
    const reports = await Promise.all(this.hosts.map((child) => child.ask<HostsReport>('report')))
    const errors: Record<string, number> = {}
    for (const one of reports)
      for (const [what, n] of Object.entries(one.errors)) errors[what] = (errors[what] ?? 0) + n
    return {
      ended: reports.reduce((sum, { ended }) => sum + ended, 0),
      emptyClaims: reports.reduce((sum, { emptyClaims }) => sum + emptyClaims, 0),
      claimMs: reports.flatMap(({ claimMs }) => claimMs).sort((a, b) => a - b),
      errors,
    }
  }

  async cpu(): Promise<Cpu> {
    const [database, machine, proxy, ...hosts] = await Promise.all([
      cpuOfFamily(this.#postmaster),
      cpuOfMachine(),
      cpuOf(this.proxy.pid),
      ...this.hosts.map(({ pid }) => cpuOf(pid)),
    ])
    return { database, machine, proxy, hosts: hosts.reduce((sum, one) => sum + one, 0) }
  }

  async stop(): Promise<void> {
    await Promise.all(this.hosts.map((child) => child.ask('stop')))
  }

  async remove(): Promise<void> {
    for (const child of [...this.hosts, this.proxy]) child.kill()
    await Promise.all([this.database.close(), this.far.close()])
    await this.server.remove()
  }
}

async function startServer(onCreated: (remove: () => Promise<void>) => void): Promise<TestServer> {
  const programs = findServerPrograms()
  if (!programs) throw new Error('No PostgreSQL server is installed here: initdb was not found.')
  const server = await TestServer.create(programs)
  onCreated(() => server.remove())
  await server.start()
  const database = new PostgresDatabase({ url: server.url })
  await database.query('ALTER SYSTEM SET max_connections = 1500')
  await database.query("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
  await migrate(database, [queueMigrations])
  await database.close()
  await server.stop('fast')
  await server.start()
  const again = new PostgresDatabase({ url: server.url })
  await again.query('CREATE EXTENSION pg_stat_statements')
  await again.close()
  return server
}
