import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export const KEY = 'a-key-for-the-benchmark-only'

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a Linehaul that serves on a database, with {@link KEY} as its first key; resolves once it listens. */
export async function startServer(command: readonly string[], databaseUrl: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, command, {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      LINEHAUL_API_KEY: KEY,
      LOG_LEVEL: 'error',
      PORT: '0',
      RATE_LIMIT_PER_MINUTE: '10000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /listens on (\S+)/.exec(line) ?? []
    if (url === undefined) continue
    child.stdout.resume()
    return {
      ...{ url, pid: child.pid ?? 0 },
      async stop() {
        child.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error(`The server ended before it listened: ${command.join(' ')}`)
}
