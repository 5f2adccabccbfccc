import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { findFreePort } from '../run-program.js'
import { asNobodySpecial } from './programs.js'

export type PoolMode = 'session' | 'transaction'

/** A PgBouncer before a server. */
export class Pooler {
  #process: ChildProcess | undefined

  private constructor(
    private readonly program: string,
    private readonly settings: string,
    private readonly port: number,
  ) {}

  /** Resolves once it takes connections. @param databaseUrl the server behind it */
  static async start(
    program: string,
    folder: string,
    mode: PoolMode,
    databaseUrl: string,
    signal: AbortSignal,
  ): Promise<Pooler> {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o777)
    const [port, settings] = [await findFreePort(), path.join(folder, 'pgbouncer.ini')]
    await writeFile(settings, settingsOf(mode, port, new URL(databaseUrl), path.join(folder, 'pooler.log')))
    const pooler = new Pooler(program, settings, port)
    await pooler.resume(signal)
    return pooler
  }

  /** The address of a database by way of it. */
  url(databaseUrl: string): string {
    return Object.assign(new URL(databaseUrl), { port: String(this.port) }).href
  }

  /** `kill -9`: every connection through it breaks. */
  async kill(): Promise<void> {
    const dying = this.#process
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return
    const ended = once(dying, 'exit')
    dying.kill('SIGKILL')
    await ended
  }

  /** Resolves once it takes connections. @throws when it ends instead */
  async resume(signal: AbortSignal): Promise<void> {
    const started = spawn(this.program, ['-q', this.settings], {
      ...asNobodySpecial(),
      stdio: 'ignore',
      cwd: '/',
    })
    this.#process = started
    while (!(await listens(this.port))) {
      if (started.exitCode !== null || started.signalCode !== null)
        throw new Error(`PgBouncer ended at its start with ${started.exitCode ?? started.signalCode}`)
      await pause(50, undefined, { signal })
    }
  }
}

function settingsOf(mode: PoolMode, port: number, { port: serverPort }: URL, log: string): string {
  return `[databases]
* = host=127.0.0.1 port=${serverPort} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
max_client_conn = 400
default_pool_size = ${mode === 'session' ? 120 : 4}
logfile = ${log}
`
}

async function listens(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
