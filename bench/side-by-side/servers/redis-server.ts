import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import type { Place } from '../contender.js'
import { askRedis, infoOf } from './ask-redis.js'
import { findFreePort } from '../../../test/faults/run-program.js'

export interface RedisServer extends Place {
  readonly about: string
  remove(): Promise<void>
}

/** How what Redis has answered for survives: not at all, or each write with an fsync of its own. */
const PERSISTENCE = {
  redis: ['--appendonly', 'no'],
  'redis-aof': ['--appendonly', 'yes', '--appendfsync', 'always'],
}

/** A Redis server of this run's own; `undefined` where there is no program for it. */
export async function startRedis(kind: keyof typeof PERSISTENCE): Promise<RedisServer | undefined> {
  const program = findProgram()
  if (!program) return undefined
  const folder = await mkdtemp(path.join(os.tmpdir(), `linehaul-bench-${kind}-`))
  const port = await findFreePort()
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const server = spawn(program, [...where, '--save', '', ...PERSISTENCE[kind]], { stdio: 'ignore' })
  const ended = once(server, 'exit')
  const url = `redis://127.0.0.1:${port}`
  await askRedis(url, 'PING')
  return {
    url,
    about: `Redis ${await infoOf(url, 'redis_version')}, a server of its own: ${PERSISTENCE[kind].join(' ')} --save ''`,
    size: async () => Number(await infoOf(url, 'used_memory')),
    logged: async () => (kind === 'redis' ? undefined : Number(await infoOf(url, 'aof_current_size'))),
    remove: async () => {
      server.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function findProgram(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  return folders.map((folder) => path.join(folder, 'redis-server')).find((file) => existsSync(file))
}
