import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Serving {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a whole Linehaul as it is shipped; resolves once it listens. */
export async function serve(databaseUrl: string, key: string): Promise<Serving> {
  const child = spawn(process.execPath, ['bin/linehaul.js', 'serve'], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      LINEHAUL_API_KEY: key,
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
  throw new Error('The server ended before it listened.')
}
