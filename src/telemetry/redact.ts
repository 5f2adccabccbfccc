import { pino } from 'pino'

/** What stands in the place of what is nobody's business. */
const REDACTED = '[redacted]'

/** Names of what is a secret, whatever its value. */
const SECRET_NAME =
  /authorization|cookie|passw|secret|token|signature|credential|api[-_]?key|private[-_]?key/i

/** Deeper than this nothing is looked at, and so nothing is written. */
const MOST_LEVELS = 6

/** The fields of a line of the log, without what has the name of a secret. */
export function redact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactEntries(fields, MOST_LEVELS)
}

function redactEntries(fields: object, levels: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      isSecret(name, value) ? REDACTED : inside(value, levels),
    ]),
  )
}

/** A flag or a number that only tells of a secret may be told. */
function isSecret(name: string, value: unknown): boolean {
  return SECRET_NAME.test(name) && (typeof value === 'string' || typeof value === 'object') && value !== null
}

function inside(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || hasText(value)) return value
  if (levels === 0) return REDACTED
  if (Array.isArray(value)) return value.map((one) => inside(one, levels - 1))
  return redactEntries(value, levels - 1)
}

/** Dates and others that say themselves how they are written. */
function hasText(value: object): boolean {
  return 'toJSON' in value
}

/** What is a secret by its look, wherever it stands, and how much of it may stay. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic) [\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  [/\b(lh|whsec)_[\w+/=-]{8,}/g, `$1_${REDACTED}`],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, REDACTED],
  [/(:\/\/[^\s:/?#@"]*):[^\s/?#@"]+@/g, `$1:${REDACTED}@`],
]

/** A line of the log without what looks like a secret: credentials of ours, tokens, and passwords in addresses. */
export function redactText(line: string): string {
  return SECRET_TEXTS.reduce((text, [secret, instead]) => text.replace(secret, instead), line)
}

/** What a log says of an error: not the rows and parameters that a driver puts beside it. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { type, message, stack } = pino.stdSerializers.err(error)
  return { type, message, stack, ...('code' in error && { code: error.code }) }
}
