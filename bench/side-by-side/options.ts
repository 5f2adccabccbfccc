import { nearestName } from '../../src/queue/nearest-name.js'

export interface Options {
  readonly isFull: boolean
  readonly isList: boolean
  readonly isStrict: boolean
  readonly isHelp: boolean
  /** Whether docs/benchmarks.md is written anew. */
  readonly writesDocs: boolean
  /** Names of the scenarios to run; `undefined`: all of this kind of run. */
  readonly only: readonly string[] | undefined
  /** Names of the peers that run along; `undefined`: all. */
  readonly against: readonly string[] | undefined
  readonly json: string | undefined
}

/** Names that nobody has: the program says so and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const FLAGS = ['--full', '--list', '--strict', '--docs', '--help'] as const
const VALUES = ['--only', '--against', '--json'] as const

export const HELP = `npm run bench -- [options]

  --full              every scenario, five rounds: up to an hour. Default: a quick run, under five minutes
  --only a,b          scenarios, or how their names begin: drain is drain-1, drain-10, drain-100 and so on,
                      and with --full drain-million-waiting and the like as well
  --against a,b       peers, or how their names begin (graphile-worker means -tuned too); linehaul and raw-sql always run along. Default: all
  --json FILE         also writes results and ratios to FILE
  --docs              also writes the tables and charts of docs/benchmarks.md, unless a cell has failed
  --strict            exits with 1 when a target is missed, or in a full run of everything not measured
  --list              names scenarios and contenders, and runs nothing

DATABASE_URL names a PostgreSQL server to use instead of a cluster of its own.
Exits with 1 when a job was lost or ran twice, or a cell failed; with 2 on a wrong option.`

export interface Known {
  readonly scenarios: readonly string[]
  /** Those of them that are no part of a quick run. */
  readonly fullOnly: readonly string[]
  readonly contenders: readonly string[]
}

/** @throws {UsageError} with the nearest name that there is */
export function parseOptions(words: readonly string[], known: Known): Options {
  const flags = new Set<string>()
  const values = new Map<string, string>()
  const rest = words.flatMap((word) => (/^--\w+=/.test(word) ? splitOnce(word) : [word]))
  while (rest.length > 0) {
    const word = rest.shift() as string
    if (isOneOf(FLAGS, word)) flags.add(word)
    else if (isOneOf(VALUES, word)) values.set(word, valueAfter(word, rest))
    else throw unknown('option', word, [...FLAGS, ...VALUES])
  }
  if (flags.has('--docs') && (values.has('--only') || values.has('--against')))
    throw new UsageError('--docs writes the whole section: it goes with neither --only nor --against.')
  const isFull = flags.has('--full')
  return {
    isFull,
    isList: flags.has('--list'),
    isStrict: flags.has('--strict'),
    isHelp: flags.has('--help'),
    writesDocs: flags.has('--docs'),
    only: expand(
      'scenario',
      values.get('--only'),
      known.scenarios,
      meansScenario(isFull ? [] : known.fullOnly),
    ),
    against: expand('contender', values.get('--against'), known.contenders, begins),
    json: values.get('--json'),
  }
}

function splitOnce(word: string): string[] {
  const at = word.indexOf('=')
  return [word.slice(0, at), word.slice(at + 1)]
}

function isOneOf(all: readonly string[], word: string): boolean {
  return all.includes(word)
}

function valueAfter(option: string, rest: string[]): string {
  const value = rest.shift()
  if (!value || value.startsWith('--')) throw new UsageError(`${option} needs a value after it.`)
  return value
}

type Means = (name: string, given: string, known: readonly string[]) => boolean

/** Every name that one of those given means, in the order of `known`. */
function expand(kind: string, given: string | undefined, known: readonly string[], means: Means) {
  if (given === undefined) return undefined
  const wanted = given.split(',').map((name) => name.trim())
  for (const name of wanted)
    if (!known.some((one) => means(one, name, known))) throw unknown(kind, name, known)
  return known.filter((one) => wanted.some((name) => means(one, name, known)))
}

/** Whole words of it are enough: `drain` begins `drain-10`, and `drain-1` does not. */
function begins(name: string, given: string): boolean {
  return name === given || name.startsWith(`${given}-`)
}

/** A whole name means itself alone: `drain-100` is not `drain-100-tenants`. Its beginning means none of `but`. */
function meansScenario(but: readonly string[]): Means {
  return (name, given, known) =>
    known.includes(given) ? name === given : begins(name, given) && !but.includes(name)
}

function unknown(kind: string, name: string, known: readonly string[]): UsageError {
  const nearest = nearestName(name, known)
  const hint = nearest ? ` Did you mean ${nearest}?` : ''
  return new UsageError(`There is no ${kind} "${name}".${hint} Known: ${known.join(', ')}.`)
}
