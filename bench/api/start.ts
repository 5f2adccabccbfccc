import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

import type { Variant } from './server.js'

export const KEY = 'a-key-for-the-benchmark-only'

export interface ServerProcess {
  readonly url: string
  stop(): Promise<void>
}

/** Starts a server process of its own on a database; resolves once it listens. */
export async function start(variant: Variant, databaseUrl: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'server.js'), variant], {
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
      url,
      async stop() {
        child.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error(`The ${variant} server ended before it listened.`)
}
