import { z } from 'zod'

import { isDuration, toMs, type Duration } from './time/index.js'

/** Everything that can be set from outside, with every default filled in. */
export interface Config {
  readonly host: string
  readonly port: number
  /** A PostgreSQL server; without it the embedded database in {@link dataDir} is used. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  /** The secret of the tenant `default`'s first key; drawn at random when left out. */
  readonly apiKey: string | undefined
  /** Where the command line finds a running Linehaul, if not on this machine. */
  readonly url: string | undefined
  readonly logLevel: LogLevel
  readonly freight: {
    readonly analysis: {
      /** An analysis runs this long after a customer's last shipment … */
      readonly debounce: Duration
      /** … and at most this long after its first. */
      readonly debounceAtMost: Duration
    }
  }
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
type LogLevel = (typeof LOG_LEVELS)[number]

/** Thrown with one line for each variable that is wrong. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID'
  constructor(readonly problems: readonly string[]) {
    super(`The environment cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && isDuration(value),
  'is not a duration; write 30s, 5m or 1h',
)

const Environment = z
  .object({
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce
      .number('is not a number')
      .int('is not a whole number')
      .min(0, 'is not between 0 and 65535')
      .max(65_535, 'is not between 0 and 65535')
      .default(3000),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'does not begin with postgres://')
      .refine((url) => URL.canParse(url), 'is not a URL')
      .optional(),
    LINEHAUL_DATA_DIR: z.string().default('.linehaul'),
    LINEHAUL_API_KEY: z
      .string()
      .regex(/^[\x21-\x7e]{16,}$/, 'is not 16 or more characters without blanks')
      .optional(),
    LINEHAUL_URL: z.url('is not a URL').optional(),
    LOG_LEVEL: z.enum(LOG_LEVELS, `is none of ${LOG_LEVELS.join(', ')}`).default('info'),
    FREIGHT_ANALYSIS_DEBOUNCE: duration.default('30s'),
    FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: duration.default('5m'),
  })
  .refine((set) => toMs(set.FREIGHT_ANALYSIS_DEBOUNCE) <= toMs(set.FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST), {
    path: ['FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST'],
    message: 'is shorter than FREIGHT_ANALYSIS_DEBOUNCE',
  })

/** The names of all that can be set. */
export const VARIABLES: readonly string[] = Object.keys(Environment.shape)

/**
 * Reads the environment. A variable set to nothing counts as not set.
 * @throws {ConfigError} CONFIG_INVALID, naming all that is wrong at once.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const read = Environment.safeParse(set)
  if (!read.success)
    throw new ConfigError(read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`))
  const { data } = read
  return {
    host: data.HOST,
    port: data.PORT,
    databaseUrl: data.DATABASE_URL,
    dataDir: data.LINEHAUL_DATA_DIR,
    apiKey: data.LINEHAUL_API_KEY,
    url: data.LINEHAUL_URL,
    logLevel: data.LOG_LEVEL,
    freight: {
      analysis: {
        debounce: data.FREIGHT_ANALYSIS_DEBOUNCE,
        debounceAtMost: data.FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST,
      },
    },
  }
}
