import type { Contender } from './contender.js'
import { exitCodeOf } from './exit-code.js'
import { machine } from './machine.js'
import { HELP, parseOptions, UsageError, type Options } from './options.js'
import { Places } from './places.js'
import { cellLine, reportText } from './report.js'
import { publicResults, writeJson } from './results-file.js'
import type { Outcome } from './results.js'
import { recordRun, type RunRecord } from './run-record.js'
import { entrantsOf, runBenchmark, type Entrant } from './run-benchmark.js'
import type { Effort, Helper, Scenario } from './scenario.js'
import { SCENARIOS } from './scenarios.js'
import { writeDocs, type DrawChart } from './write-docs.js'

const QUICK: Effort = { rounds: 3, secondsPerCell: 0.5, jobsPerCell: 20_000, samples: 60 }
const FULL: Effort = { rounds: 5, secondsPerCell: 2, jobsPerCell: 60_000, samples: 500 }
/** Run along whatever the run is against. */
const ALWAYS = /^(linehaul-|raw-sql$)/

export interface Parts {
  readonly contenders: readonly Contender[]
  spawn(entrant: Entrant): Promise<Helper>
  drawChart: DrawChart
}

/** Answers with the exit code. */
export async function main(words: readonly string[], parts: Parts): Promise<number> {
  const options = readOptions(words, parts)
  if (typeof options === 'number') return options
  const scenarios = chooseScenarios(options)
  const contenders = parts.contenders.filter(
    ({ name }) => ALWAYS.test(name) || !options.against || options.against.includes(name),
  )
  const places = new Places()
  const stay = leaveTidily(places)
  try {
    const entrants = await places.enter(contenders, process.env['DATABASE_URL'])
    console.log(introText(places, entrants, scenarios))
    const startedMs = performance.now()
    const outcome = await runBenchmark({
      scenarios,
      entrants,
      effort: options.isFull ? FULL : QUICK,
      spawn: parts.spawn,
      onCell: (cell) => console.log(cellLine(cell)),
    })
    const tookSeconds = Math.round((performance.now() - startedMs) / 1_000)
    console.log(`\n${reportText(outcome)}\n\ntook ${tookSeconds} s`)
    const { about: servers, leftOut: absent } = places
    const record = recordRun({ ...options, tookSeconds, servers, contenders, absent }, outcome)
    await write(options, record, outcome, parts)
    return exitCodeOf(outcome, options)
  } finally {
    await places.remove()
    stay()
  }
}

/** Whatever ends the run early, its servers are removed first; the function that it answers with undoes that. */
function leaveTidily(places: Places): () => void {
  const leave = (code: number) => () => {
    console.error = () => undefined // what still runs fails now, and would say so page after page
    void places.remove().finally(() => process.exit(code))
  }
  const [interrupted, ended] = [leave(130), leave(143)]
  const failed = (error: unknown) => {
    console.error(error)
    leave(1)()
  }
  process.once('SIGINT', interrupted).once('SIGTERM', ended).once('uncaughtException', failed)
  return () => void process.off('SIGINT', interrupted).off('SIGTERM', ended).off('uncaughtException', failed)
}

function readOptions(words: readonly string[], { contenders }: Parts): Options | number {
  const known = {
    scenarios: SCENARIOS.map(({ name }) => name),
    fullOnly: SCENARIOS.filter(({ isFullOnly }) => isFullOnly).map(({ name }) => name),
    contenders: contenders.map(({ name }) => name),
  }
  try {
    const options = parseOptions(words, known)
    if (options.isHelp) console.log(HELP)
    if (options.isList) console.log(listText(contenders))
    return options.isHelp || options.isList ? 0 : options
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    return 2
  }
}

/** Those asked for by name run in a quick run too. */
function chooseScenarios({ only, isFull }: Options): readonly Scenario[] {
  return SCENARIOS.filter(({ name, isFullOnly }) => (only ? only.includes(name) : isFull || !isFullOnly))
}

function listText(contenders: readonly Contender[]): string {
  const scenarios = SCENARIOS.map(
    ({ name, says, isFullOnly }) => `  ${name.padEnd(28)} ${says}${isFullOnly ? ' (full run only)' : ''}`,
  )
  const settings = contenders.map(
    ({ name, about }) => `  ${name.padEnd(28)} ${about.version}: ${about.settings}`,
  )
  return ['Scenarios', ...scenarios, '', 'Contenders', ...settings].join('\n')
}

function introText(places: Places, entrants: readonly Entrant[], scenarios: readonly Scenario[]): string {
  const absent = [...places.leftOut].map(([name, why]) => `left out: ${name}, for ${why}`)
  const about = entrants.map(
    ({ contender: { name, about } }) =>
      `${name} ${about.version}\n    settings: ${about.settings}\n    durability: ${about.durability}`,
  )
  const reasons = scenarios.flatMap((scenario) =>
    entrants
      .filter((entrant) => !entrantsOf(scenario, [entrant]).length)
      .map(({ contender }) => {
        const why = contender.leftOut[scenario.name] ?? scenario.only?.because
        return `not in ${scenario.name}: ${contender.name}, ${why}`
      }),
  )
  return [machine().join('\n'), ...places.about, ...about, ...absent, ...reasons, ''].join('\n')
}

async function write(options: Options, record: RunRecord, outcome: Outcome, parts: Parts): Promise<void> {
  const file = `bench/results/${record.at.replaceAll(':', '-')}.json`
  await writeJson(file, record)
  if (options.json) await writeJson(options.json, publicResults(outcome))
  const isWhole = outcome.failures.length === 0
  const charts = options.writesDocs && isWhole ? await writeDocs(record, outcome, parts.drawChart) : []
  if (options.writesDocs && !isWhole) console.error('docs/benchmarks.md is left alone, for a cell failed.')
  console.log(`\nwritten: ${[file, options.json, ...charts].filter(Boolean).join(', ')}`)
}
