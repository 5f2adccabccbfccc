import { z } from 'zod'

import { isDuration, toMs, type Duration } from './time/index.js'

/** One thing that can be set from outside. */
export interface Variable {
  /** The heading of docs/configuration.md under which it stands. */
  readonly group: Group
  /** Reads the text of the environment. Its messages go on after the name: `is not a number`; they never quote a secret. */
  readonly schema: z.ZodType
  /** As one would write it; left out: not set. */
  readonly default?: string
  /** For docs/configuration.md. */
  readonly sentence: string
}

export const GROUPS = ['Serving', 'Data', 'Access', 'Logs', 'Freight', 'Commands'] as const
type Group = (typeof GROUPS)[number]

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

const text = z.string()

const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && isDuration(value),
  'is not a duration; write 30s, 5m or 1h',
)

function wholeNumber(least: number, most: number) {
  const range = `is not between ${least} and ${most}`
  return z.coerce.number('is not a number').int('is not a whole number').min(least, range).max(most, range)
}

/**
 * All that can be set, in the order of the documentation, of which `npm run docs` makes docs/configuration.md.
 * A new one needs a place in `Config` besides, and whoever uses it there.
 */
export const DECLARATIONS = {
  HOST: {
    group: 'Serving',
    schema: text,
    default: '127.0.0.1',
    sentence: 'Where to listen. `0.0.0.0` for every address of the machine.',
  },
  PORT: {
    group: 'Serving',
    schema: wholeNumber(0, 65_535),
    default: '3000',
    sentence: '`0` takes a free one.',
  },
  DATABASE_URL: {
    group: 'Data',
    schema: text
      .regex(/^postgres(ql)?:\/\//, 'does not begin with postgres://')
      .refine((url) => URL.canParse(url), 'is not a URL'),
    sentence: '`postgres://…`: a PostgreSQL server, used instead of the folder.',
  },
  LINEHAUL_DATA_DIR: {
    group: 'Data',
    schema: text,
    default: '.linehaul',
    sentence: 'Folder of the embedded database. One process at a time.',
  },
  LINEHAUL_API_KEY: {
    group: 'Access',
    schema: text.regex(/^[\x21-\x7e]{16,}$/, 'is not 16 or more characters without blanks'),
    sentence:
      "The secret of the tenant `default`'s first API key, 16 or more characters without blanks. Without it one is drawn at random at the first start and printed once. Setting it later replaces the first key. With `LINEHAUL_URL`: the key that commands use there.",
  },
  AUDIT_KEEP: {
    group: 'Access',
    schema: duration.refine((value) => toMs(value) >= toMs('30d'), 'is less than 30d'),
    default: '400d',
    sentence: 'How long the audit trail is kept; `30d` or more.',
  },
  LOG_LEVEL: {
    group: 'Logs',
    schema: z.enum(LOG_LEVELS, `is none of ${LOG_LEVELS.join(', ')}`),
    default: 'info',
    sentence: '`debug`, `info`, `warn`, `error` or `silent`. Logs are JSON, on the standard error.',
  },
  FREIGHT_ANALYSIS_DEBOUNCE: {
    group: 'Freight',
    schema: duration,
    default: '30s',
    sentence: "A customer's shipments are analysed this long after the last one …",
  },
  FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: {
    group: 'Freight',
    schema: duration,
    default: '5m',
    sentence: '… and at most this long after the first. Not shorter than the one above.',
  },
  LINEHAUL_URL: {
    group: 'Commands',
    schema: z.url('is not a URL'),
    sentence:
      'Where commands find a running Linehaul, as `--url` says; needs `LINEHAUL_API_KEY` or `--key`. Without it they use the process that has the data folder open, or else the database itself.',
  },
} as const satisfies Readonly<Record<string, Variable>>

type Declarations = typeof DECLARATIONS

/** What the environment says, defaults filled in. */
export type Settings = {
  readonly [Name in keyof Declarations]:
    | z.output<Declarations[Name]['schema']>
    | (Declarations[Name] extends { default: string } ? never : undefined)
}
