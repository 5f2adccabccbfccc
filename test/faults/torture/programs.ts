import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

import { findServerPrograms } from '../test-server.js'

const execute = promisify(execFile)

const POOLER = '/usr/sbin/pgbouncer'

/** The programs of this machine that the harness needs. */
export interface Programs {
  /** The folder of PostgreSQL's. */
  readonly server: string | undefined
  readonly pooler: string | undefined
}

export function findPrograms(): Programs {
  return { server: findServerPrograms(), pooler: existsSync(POOLER) ? POOLER : undefined }
}

/** PostgreSQL and PgBouncer refuse to be run by root. */
export function asNobodySpecial(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (which: string) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** Runs a program to its end. @throws with what it said when it fails */
export async function run(program: string, ...parameters: string[]): Promise<void> {
  await execute(program, parameters, { ...asNobodySpecial(), cwd: '/' })
}
