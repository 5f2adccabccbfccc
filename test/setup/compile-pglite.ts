import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'

/** What is compiled stays so, for every thread of the process, for as long as somebody holds it. */
const held: unknown[] = []

/** No library of types without a browser knows it. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<unknown> }

/**
 * Compiles PGlite once for all test files, which are threads of this process: each of their databases opens in half the
 * time and begins with code that has been optimized already.
 */
export default async function setup(): Promise<void> {
  const folder = path.dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'))
  for (const name of ['pglite.wasm', 'initdb.wasm'])
    held.push(await WebAssembly.compile(await readFile(path.join(folder, name))))
}
