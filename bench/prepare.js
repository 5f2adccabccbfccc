import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Installs what the benchmark needs, where that is missing or of another lockfile, and compiles it. */
const bench = import.meta.dirname
const lockfile = readFileSync(path.join(bench, 'package-lock.json'), 'utf8')
const installed = path.join(bench, 'node_modules/.installed-lockfile.json')

if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lockfile) {
  console.log('installing the peers into bench/node_modules ...')
  run('npm', ['ci', '--no-audit', '--no-fund'])
  writeFileSync(installed, lockfile)
}
run(process.execPath, ['../node_modules/typescript/bin/tsc', '-p', 'tsconfig.peers.json'])

/** @param {string} program @param {string[]} parameters */
function run(program, parameters) {
  const { status } = spawnSync(program, parameters, { cwd: bench, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
