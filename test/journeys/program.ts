import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

import { transpile } from '../transpile.js'

const PROJECT = path.resolve(import.meta.dirname, '../..')

/** PGlite's code is compiled but not optimized: for processes that live for seconds, which takes half as long. */
export const BRIEF = ['--liftoff-only']

/** Of all that the build reads. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'bin/linehaul.js',
  ])
    hash.update(await readFile(path.join(PROJECT, file)))
  const sources = await readdir(path.join(PROJECT, 'src'), { recursive: true, withFileTypes: true })
  for (const entry of sources.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name)
    hash.update(file).update(await readFile(file))
  }
  return hash.digest('hex').slice(0, 16)
}

const DAY_MS = 86_400_000

/** Builds of sources that are no more; one that is in use somewhere is not a day old. */
async function removeOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = path.join(cache, name)
    if (!name.startsWith('linehaul-') || Date.now() - (await stat(folder)).mtimeMs < DAY_MS) continue
    await rm(folder, { recursive: true, force: true })
  }
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly errors: string
}

/** The program as it is shipped, built once for each state of the sources into a folder of its own, so that no other build disturbs it. */
export class Program {
  readonly #servers = new Set<Server>()

  private constructor(private readonly folder: string) {}

  static async build(): Promise<Program> {
    const cache = path.join(PROJECT, 'node_modules/.cache')
    await mkdir(cache, { recursive: true })
    const shared = path.join(cache, `linehaul-program-${await fingerprint()}`)
    if (existsSync(shared)) return new Program(shared)
    await removeOld(cache)
    const folder = await mkdtemp(path.join(cache, 'linehaul-building-'))
    for (const part of ['bin', 'package.json'])
      await cp(path.join(PROJECT, part), path.join(folder, part), { recursive: true })
    await symlink(path.join(PROJECT, 'examples'), path.join(folder, 'examples'))
    await transpile(path.join(PROJECT, 'src'), path.join(folder, 'dist'))
    // Another test file may have been quicker.
    await rename(folder, shared).catch(() => rm(folder, { recursive: true, force: true }))
    return new Program(shared)
  }

  /** Runs a command to its end. */
  async run(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = this.#spawn(parameters, environment)
    return ended(child, text(child.stdout))
  }

  /** Runs a command and interrupts it, as Ctrl-C does or with another signal, once `when` resolves. */
  async interrupt(
    parameters: readonly string[],
    environment: NodeJS.ProcessEnv,
    when: (child: ChildProcess) => Promise<unknown>,
    signal: NodeJS.Signals = 'SIGINT',
  ): Promise<Ended> {
    const child = this.#spawn(parameters, environment)
    const ending = ended(child, text(child.stdout))
    await when(child)
    child.kill(signal)
    return ending
  }

  /** Resolves once it says where it listens. */
  async serve(environment: NodeJS.ProcessEnv): Promise<Server> {
    const server = new Server(this.#spawn(['serve'], { PORT: '0', ...environment }))
    this.#servers.add(server)
    await server.untilListening()
    return server
  }

  /** Ends what it started. The build stays for the next test file. */
  async remove(): Promise<void> {
    for (const server of this.#servers) await server.stop('SIGKILL')
  }

  #spawn(parameters: readonly string[], environment: NodeJS.ProcessEnv) {
    const { PATH } = process.env
    return spawn(process.execPath, [...BRIEF, path.join(this.folder, 'bin/linehaul.js'), ...parameters], {
      // Not where the sources are: a `.env` of whoever works on them is none of the tests' business.
      cwd: this.folder,
      env: { PATH, LOG_LEVEL: 'error', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
}

/** A running `linehaul serve`. */
export class Server {
  url = ''
  /** What it has said on its standard output until it listened. */
  readonly said: string[] = []
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #ended: Promise<Ended>

  constructor(child: ChildProcess) {
    if (!child.stdout) throw new Error('its output is needed')
    this.#child = child
    const output = createInterface(child.stdout)
    this.#lines = output[Symbol.asyncIterator]()
    this.#ended = ended(child, Promise.resolve(''))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async untilListening(): Promise<void> {
    for (let line = await this.#lines.next(); !line.done; line = await this.#lines.next()) {
      this.said.push(line.value)
      this.url = /listens on (\S+)/.exec(line.value)?.[1] ?? this.url
      if (line.value.startsWith('Press Ctrl-C')) return
    }
    throw new Error(`It ended before it listened: ${(await this.#ended).errors}`)
  }

  /** The first key that it printed. */
  get printedKey(): string | undefined {
    return /First API key.*: (\S+)$/m.exec(this.said.join('\n'))?.[1]
  }

  async stop(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal)
    return this.#ended
  }
}

async function ended(child: ChildProcess, output: Promise<string>): Promise<Ended> {
  const errors = child.stderr ? text(child.stderr) : ''
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return { code, signal, output: await output, errors: await errors }
}
