import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { findFreePort, runAsPostgres } from './run-program.js'

/** The folder of the server's programs; `undefined` where none are installed. */
export function findServerPrograms(): string | undefined {
  return [18, 17, 16, 15]
    .map((version) => `/usr/lib/postgresql/${version}/bin`)
    .find((folder) => existsSync(path.join(folder, 'initdb')))
}

/** A PostgreSQL server of the test's own, which can be stopped and started again. */
export class TestServer {
  private constructor(
    private readonly programs: string,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async create(programs: string): Promise<TestServer> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-server-'))
    await chmod(folder, 0o777)
    const server = new TestServer(programs, folder, await findFreePort())
    await server.#command('initdb', '-D', server.#data, '-U', 'postgres', '-A', 'trust', '--no-sync')
    return server
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`
  }

  /** Resolves once it takes connections. */
  async start(): Promise<void> {
    const options = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=on`
    await this.#command(
      'pg_ctl',
      'start',
      '-w',
      '-D',
      this.#data,
      '-l',
      path.join(this.folder, 'log'),
      '-o',
      options,
    )
  }

  /** `immediate` leaves no time to tidy up, as a crash would. */
  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    await this.#command('pg_ctl', 'stop', '-w', '-D', this.#data, '-m', mode)
  }

  async remove(): Promise<void> {
    await this.stop('immediate').catch(() => undefined) // it may be stopped already
    await rm(this.folder, { recursive: true, force: true })
  }

  get #data(): string {
    return path.join(this.folder, 'data')
  }

  async #command(program: string, ...parameters: string[]): Promise<void> {
    await runAsPostgres(path.join(this.programs, program), ...parameters)
  }
}
