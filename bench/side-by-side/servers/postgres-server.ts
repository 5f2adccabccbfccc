import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import pg from 'pg'

import type { Place } from '../contender.js'
import { findFreePort, runAsPostgres } from '../../../test/faults/run-program.js'

/** A PostgreSQL server that databases can be made on. */
export interface PostgresServer {
  /** What it is and where it came from. */
  readonly about: string
  makePlace(name: string): Promise<Place & { remove(): Promise<void> }>
  remove(): Promise<void>
}

/** The one that `url` names, or else a cluster of this run's own; `undefined` where there are no server programs. */
export async function findPostgres(url: string | undefined): Promise<PostgresServer | undefined> {
  if (url) return describe(url, 'the server that DATABASE_URL names', async () => undefined)
  const programs = findServerPrograms()
  return programs ? startCluster(programs) : undefined
}

function findServerPrograms(): string | undefined {
  const folders = [18, 17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin`)
  const all = [...folders, ...(process.env['PATH'] ?? '').split(path.delimiter)]
  return all.find((folder) => existsSync(path.join(folder, 'initdb')))
}

async function startCluster(programs: string): Promise<PostgresServer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-bench-pg-'))
  await chmod(folder, 0o777)
  const data = path.join(folder, 'data')
  const run = (program: string, ...rest: string[]) => runAsPostgres(path.join(programs, program), ...rest)
  const remove = async () => {
    await run('pg_ctl', 'stop', '-w', '-D', data, '-m', 'immediate').catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync')
    const port = await findFreePort()
    // Each contender keeps a pool, and all of them together are more than the default of 100 has room for.
    const options = `-p ${port} -c max_connections=200 -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`
    await run('pg_ctl', 'start', '-w', '-D', data, '-l', path.join(folder, 'log'), '-o', options)
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`
    return await describe(url, 'a cluster of its own with default settings but for max_connections', remove)
  } catch (error) {
    await remove()
    throw error
  }
}

async function describe(url: string, origin: string, remove: () => Promise<void>): Promise<PostgresServer> {
  const server = new pg.Client({ connectionString: url })
  await server.connect()
  const show = async (setting: string) => {
    const { rows } = await server.query(`SHOW ${setting}`)
    return String(Object.values(rows[0] as object)[0])
  }
  const settings = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_connections']
  const shown = []
  for (const setting of settings) shown.push(`${setting}=${await show(setting)}`)
  return {
    about: `PostgreSQL ${await show('server_version')}, ${origin}: ${shown.join(', ')}`,
    makePlace: (name) =>
      makeDatabase(server, url, `linehaul_bench_${process.pid}_${name.replaceAll('-', '_')}`),
    remove: async () => {
      await server.end()
      await remove()
    },
  }
}

async function makeDatabase(server: pg.Client, base: string, name: string) {
  await server.query(`CREATE DATABASE ${name}`)
  const figure = async (sql: string) => {
    const { rows } = await server.query<{ bytes: string }>(sql)
    return Number(rows[0]?.bytes)
  }
  return {
    url: Object.assign(new URL(base), { pathname: `/${name}` }).href,
    size: () => figure(`SELECT pg_database_size('${name}') AS bytes`),
    logged: () => figure(`SELECT pg_current_wal_insert_lsn() - '0/0' AS bytes`),
    remove: async () => {
      await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
  }
}
