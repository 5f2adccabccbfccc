import { readFileSync } from 'node:fs'
import { chmod, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import pg from 'pg'

import { findFreePort } from '../run-program.js'
import { run } from './programs.js'

const SETTINGS = [
  ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=on', 'synchronous_commit=on'],
  ...[
    'max_connections=400',
    'shared_buffers=64MB',
    'max_wal_senders=4',
    'wal_keep_size=64MB',
    'log_line_prefix=%m [%p] ',
  ],
]

/** A PostgreSQL cluster of the harness's own. */
export class Cluster {
  private constructor(
    private readonly programs: string,
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** One that has never been started. */
  static async create(programs: string, folder: string): Promise<Cluster> {
    const cluster = await Cluster.#at(programs, folder)
    await cluster.#run(
      'initdb',
      '-D',
      cluster.#data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '--no-sync',
      '-E',
      'UTF8',
    )
    return cluster
  }

  static async #at(programs: string, folder: string): Promise<Cluster> {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o777)
    return new Cluster(programs, folder, await findFreePort())
  }

  /** The same again elsewhere; this one must be stopped. */
  async copy(folder: string): Promise<Cluster> {
    const copy = await Cluster.#at(this.programs, folder)
    await run('cp', '-a', this.#data, copy.#data)
    return copy
  }

  /** A standby that is kept up to date, and started. */
  async standby(folder: string): Promise<Cluster> {
    const standby = await Cluster.#at(this.programs, folder)
    const from = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres']
    await standby.#run('pg_basebackup', '-D', standby.#data, '-R', '-X', 'stream', '-c', 'fast', ...from)
    await standby.start()
    return standby
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  /** Resolves once it takes connections. */
  async start(): Promise<void> {
    const options = [`-p ${this.port}`, ...SETTINGS.map((setting) => `-c "${setting}"`)].join(' ')
    await this.#run(
      'pg_ctl',
      'start',
      '-w',
      '-s',
      '-D',
      this.#data,
      '-l',
      path.join(this.folder, 'server.log'),
      '-o',
      options,
    )
  }

  /** `immediate` leaves no time to tidy up, as a crash would. */
  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    await this.#run('pg_ctl', 'stop', '-w', '-s', '-D', this.#data, '-m', mode)
  }

  /** `kill -9` of its first process; the others notice. */
  kill(): void {
    const [pid] = readFileSync(path.join(this.#data, 'postmaster.pid'), 'utf8').split('\n')
    process.kill(Number(pid), 'SIGKILL')
  }

  /** Makes a primary of a standby. */
  async promote(): Promise<void> {
    await this.#run('pg_ctl', 'promote', '-w', '-s', '-D', this.#data)
  }

  /** From now on nothing is acknowledged that a standby does not have. */
  async demandStandby(signal: AbortSignal): Promise<void> {
    await this.query("ALTER SYSTEM SET synchronous_standby_names = '*'")
    await this.query('SELECT pg_reload_conf()')
    const isSynchronous = async () =>
      (await this.query("SELECT FROM pg_stat_replication WHERE sync_state = 'sync'")).length > 0
    while (!(await isSynchronous())) await pause(50, undefined, { signal })
  }

  /** One statement on a connection of its own. */
  async query<Row>(sql: string, values: readonly unknown[] = [], database = 'postgres'): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url(database), connectionTimeoutMillis: 10_000 })
    client.on('error', () => undefined) // the query rejects
    await client.connect()
    try {
      return (await client.query(sql, [...values])).rows as Row[]
    } finally {
      await client.end()
    }
  }

  /** Leaves its log where it is. */
  async remove(): Promise<void> {
    await this.stop('immediate').catch(() => undefined) // it may be stopped already
    await rm(this.#data, { recursive: true, force: true })
  }

  get #data(): string {
    return path.join(this.folder, 'data')
  }

  #run(program: string, ...parameters: string[]): Promise<void> {
    return run(path.join(this.programs, program), ...parameters)
  }
}
