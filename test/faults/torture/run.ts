import { writeFile } from 'node:fs/promises'

import { chooseFaults, type Choice } from './choose-faults.js'
import { faults } from './faults/index.js'
import { layGround, type Laid } from './ground.js'
import { OptionError, readOptions, type Options } from './options.js'
import { plan } from './plan.js'
import { findPrograms } from './programs.js'
import { asText, report, type Report } from './report.js'
import { torture } from './torture.js'
import { writeDocs } from './write-docs.js'

const FAILED = 1
const WRONG_OPTIONS = 2
const INTERRUPTED = 130

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(options: Options): Promise<number> {
  const programs = findPrograms()
  const choice = chooseFaults(faults, options, programs)
  for (const { fault, why } of choice.leftOut) say(`Left out: ${fault.name}. ${why}.`)
  if (options.requireAll && choice.leftOut.length > 0) {
    say('Failed: with --require-all every kind of fault has to be injected, and these cannot be here.')
    return FAILED
  }

  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort())
  const laid = await layGround(programs, new Set(choice.chosen.map(({ on }) => on)))
  let keepSeen = true
  try {
    const result = await inject(options, choice, laid, abort.signal)
    keepSeen = (options.keep || !result.ok) && !abort.signal.aborted
    if (abort.signal.aborted) return INTERRUPTED
    await publish(options, result)
    if (keepSeen) say(`What everyone saw is kept in ${laid.folder}.`)
    return result.ok ? 0 : FAILED
  } finally {
    await laid.remove({ keepSeen })
  }
}

async function inject(
  options: Options,
  { chosen }: Choice,
  laid: Laid,
  signal: AbortSignal,
): Promise<Report> {
  const rounds = plan(chosen, options.seconds, options.seed)
  say(`Seed ${options.seed}: ${rounds.length} rounds of ${chosen.length} kinds of faults.`)
  const startedMs = Date.now()
  const { seconds } = options
  const ends = await torture({ rounds, seconds, ground: laid.ground, folder: laid.folder, signal, say })
  const tookSeconds = Math.round((Date.now() - startedMs) / 1_000)
  return report({ ...options, tookSeconds }, chosen, ends)
}

async function publish({ json, docs }: Options, result: Report): Promise<void> {
  say(`\n${asText(result)}\n`)
  for (const complaint of result.complaints) say(complaint)
  say(
    result.ok
      ? 'Nothing was lost, and nothing took effect twice.'
      : `Failed. To repeat it: --seed ${result.seed}`,
  )
  if (json !== undefined) await writeFile(json, JSON.stringify(result, null, 2) + '\n')
  if (docs !== undefined) await writeDocs(docs, result)
}

try {
  const names = faults.map(({ name }) => name)
  process.exitCode = await main(readOptions(process.argv.slice(2), names))
} catch (error) {
  if (!(error instanceof OptionError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = WRONG_OPTIONS
}
