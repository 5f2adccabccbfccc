import { parseArgs } from 'node:util'

/** What a run is asked for. */
export interface Options {
  /** No round is begun that would take longer; the first round of each fault is made all the same. */
  readonly seconds: number
  readonly seed: number
  /** Where to write the figures. */
  readonly json: string | undefined
  /** The page whose table of results to write anew. */
  readonly docs: string | undefined
  /** Names of faults; empty for all. */
  readonly only: readonly string[]
  readonly on: 'server' | 'embedded' | undefined
  /** Whether a program that is missing fails the run. */
  readonly requireAll: boolean
  /** Whether what everyone saw is kept even if all was well. */
  readonly keep: boolean
}

/** What the command line asks for cannot be done; the message says what can. */
export class OptionError extends Error {}

const KNOWN = {
  seconds: { type: 'string', default: '60' },
  seed: { type: 'string' },
  json: { type: 'string' },
  docs: { type: 'string' },
  only: { type: 'string' },
  on: { type: 'string' },
  'require-all': { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const

/** @throws {OptionError} */
export function readOptions(
  args: readonly string[],
  names: readonly string[],
  random = Math.random,
): Options {
  const values = parse(args)
  const seed = values.seed ?? String(Math.floor(random() * 2 ** 31))
  return {
    seconds: wholeNumber('--seconds', values.seconds, 1, 86_400),
    seed: wholeNumber('--seed', seed, 0, 2 ** 31),
    json: values.json,
    docs: values.docs,
    only: listOf(values.only, names),
    on: placeOf(values.on),
    requireAll: values['require-all'],
    keep: values.keep,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: KNOWN, strict: true }).values
  } catch (error) {
    const known = Object.keys(KNOWN).map((name) => `--${name}`)
    throw new OptionError(`${(error as Error).message} The options are ${known.join(', ')}.`, {
      cause: error,
    })
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new OptionError(`${name} is "${text}", not a whole number from ${least} to ${most}.`)
}

function listOf(text: string | undefined, names: readonly string[]): readonly string[] {
  const wanted = text?.split(',').map((name) => name.trim()) ?? []
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown === undefined) return wanted
  throw new OptionError(`--only names "${unknown}", which is no fault. The faults are ${names.join(', ')}.`)
}

function placeOf(text: string | undefined): Options['on'] {
  if (text === undefined || text === 'server' || text === 'embedded') return text
  throw new OptionError(`--on is "${text}", not server or embedded.`)
}
