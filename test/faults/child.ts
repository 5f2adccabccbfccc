import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import readline from 'node:readline'

import { BRIEF } from '../journeys/program.js'
import { transpile } from '../transpile.js'

const PROJECT = path.resolve(import.meta.dirname, '../..')

/** A child process that ran a script. */
export interface Child {
  readonly process: ChildProcess
  /** Lines that it writes to its output, as they come. */
  readonly lines: AsyncIterator<string>
  /** Resolves once it is gone, to the signal or exit code that ended it. */
  readonly ended: Promise<number | string>
}

/** Parts of the product as plain JavaScript, for child processes that cannot load TypeScript. */
export interface Compiled {
  /** Runs a module that may import `./database/index.js` and so on. */
  run(script: string, ...parameters: string[]): Promise<Child>
  remove(): Promise<void>
}

/** `src/database` and what it stands on; what other parts look like this moment does not matter. */
export const compileDatabase = () => compile('database', 'time')

/** `src/queue` and what it stands on. */
export const compileEngine = () => compile('queue', 'database', 'time')

/** Takes the types off. */
async function compile(...parts: readonly string[]): Promise<Compiled> {
  const cache = path.join(PROJECT, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(path.join(cache, 'linehaul-child-'))
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}')
  for (const part of parts) await transpile(path.join(PROJECT, 'src', part), path.join(folder, part))
  let scripts = 0
  return {
    async run(script, ...parameters) {
      const file = path.join(folder, `script-${++scripts}.js`)
      await writeFile(file, script)
      const child = spawn(process.execPath, [...BRIEF, file, ...parameters], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | string)
      return { process: child, lines: readline.createInterface(child.stdout)[Symbol.asyncIterator](), ended }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The next line that a child writes. */
export async function nextLine({ lines }: Child): Promise<string> {
  const { value, done } = (await lines.next()) as IteratorResult<string, undefined>
  if (done) throw new Error('the child process ended without another line')
  return value
}
