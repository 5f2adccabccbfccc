/** A length of time as people write it: `'250ms'`, `'30s'`, `'15m'`, `'12h'`, `'2d'`, `'1w'`. Fractions are allowed. */
export type Duration = `${number}${Unit}`

type Unit = keyof typeof MS_PER

const MS_PER = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/

export class InvalidDurationError extends Error {
  readonly code = 'TIME_INVALID_DURATION'
  constructor(readonly text: string) {
    super(`"${text}" is not a duration. Write a number and a unit: 250ms, 30s, 15m, 12h, 2d or 1w.`)
    this.name = 'InvalidDurationError'
  }
}

export function isDuration(text: string): text is Duration {
  return PATTERN.test(text)
}

/** What was parsed before: most lengths are those of a few definitions, asked for with each of their jobs. */
const known = new Map<string, number>()

const MOST_KNOWN = 1_000

/** @throws {InvalidDurationError} TIME_INVALID_DURATION when `text` is not a number with a known unit. */
export function toMs(text: Duration): number {
  const ms = known.get(text) ?? parse(text)
  if (known.size < MOST_KNOWN) known.set(text, ms)
  return ms
}

function parse(text: Duration): number {
  const [, amount, unit] = PATTERN.exec(text) ?? []
  if (amount === undefined) throw new InvalidDurationError(text)
  return Number(amount) * MS_PER[unit as Unit]
}
