import { writeFile } from 'node:fs/promises'

import { faults } from './faults/index.js'
import { layGround } from './ground.js'
import { OptionError, readOptions, type Options } from './options.js'
import { plan } from './plan.js'
import { findPrograms } from './programs.js'
import { asText, report } from './report.js'
import { torture } from './torture.js'

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(options: Options): Promise<number> {
  const programs = findPrograms()
  const wanted = faults.filter(
    ({ name, on }) => (options.only.length === 0 || options.only.includes(name)) && (options.on ?? on) === on,
  )
  const rounds = plan(wanted, options.seconds, options.seed)
  say(`Seed ${options.seed}: ${rounds.length} rounds of ${wanted.length} kinds of faults.`)
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort())
  const laid = await layGround(programs, new Set(wanted.map(({ on }) => on)))
  try {
    const ends = await torture({ rounds, ground: laid.ground, folder: laid.folder, signal: abort.signal, say })
    const result = report(options, wanted, ends)
    say(asText(result))
    for (const complaint of result.complaints) say(complaint)
    if (options.json !== undefined) await writeFile(options.json, JSON.stringify(result, null, 2) + '\n')
    return result.ok ? 0 : 1
  } finally {
    await laid.remove()
  }
}

try {
  process.exitCode = await main(readOptions(process.argv.slice(2), faults.map(({ name }) => name)))
} catch (error) {
  if (!(error instanceof OptionError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
