import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import readline from 'node:readline'

import ts from 'typescript'

import { BRIEF } from '../journeys/program.js'

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
  for (const part of parts) await compilePart(part, folder)
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

async function compilePart(part: string, folder: string): Promise<void> {
  const files = await readdir(path.join(PROJECT, 'src', part), { recursive: true })
  for (const file of files.filter((name) => !/testing|\.test\.ts$/.test(name))) {
    const from = path.join(PROJECT, 'src', part, file)
    const to = path.join(folder, part, file)
    await mkdir(path.dirname(to), { recursive: true })
    if (file.endsWith('.js')) await cp(from, to)
    if (file.endsWith('.ts'))
      await writeFile(to.replace(/\.ts$/, '.js'), withoutTypes(await readFile(from, 'utf8')))
  }
}

function withoutTypes(source: string): string {
  const { ES2022, ESNext } = { ES2022: ts.ScriptTarget.ES2022, ESNext: ts.ModuleKind.ESNext }
  return ts.transpileModule(source, {
    compilerOptions: { target: ES2022, module: ESNext, verbatimModuleSyntax: true },
  }).outputText
}

/** The next line that a child writes. */
export async function nextLine({ lines }: Child): Promise<string> {
  const { value, done } = (await lines.next()) as IteratorResult<string, undefined>
  if (done) throw new Error('the child process ended without another line')
  return value
}
