import path from 'node:path'

import {
  DECLARATIONS,
  type LOG_LEVELS,
  type Settings,
  type SMTP_TLS,
  type Variable,
} from './config-variables.js'
import { readDotEnv } from './dot-env.js'
import type { Duration } from './time/index.js'

/** Everything that can be set from outside, with every default filled in. */
export interface Config {
  readonly host: string
  readonly port: number
  /** A PostgreSQL server; without it the embedded database in {@link dataDir} is used. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  /** Whether this process makes the ticks of schedules. */
  readonly isSchedulerEnabled: boolean
  /** The secret of the tenant `default`'s first key; drawn at random when left out. */
  readonly apiKey: string | undefined
  /** What access tokens are signed with; kept in the database when left out. */
  readonly jwtSecret: string | undefined
  /** Where the command line finds a running Linehaul, if not on this machine. */
  readonly url: string | undefined
  /** How long the audit trail is kept, 30 days or more. */
  readonly auditKeep: Duration
  readonly secrets: {
    /** As base64, with or without an id before it; without one no secret can be stored. */
    readonly key: string | undefined
    /** What secrets may lie under besides. */
    readonly oldKeys: readonly string[]
  }
  /** Hosts, addresses and ranges that requests to given addresses may reach although they are not public. */
  readonly outgoingAllow: readonly string[]
  readonly limits: {
    /** Most requests of one credential in a minute. */
    readonly perMinute: number
    /** Addresses and ranges of the proxies in front. */
    readonly trustProxy: readonly string[]
  }
  /** The text of a variable that stands for a rule, which this file does not know; `undefined` when it is not set. */
  readonly ruleVariable: (name: string) => string | undefined
  /** What a scrape has to send, if anything. */
  readonly metricsToken: string | undefined
  readonly traces: {
    /** Where they are sent; without it there are none. */
    readonly endpoint: string | undefined
    readonly headers: Readonly<Record<string, string>>
    readonly serviceName: string
    /** Of the traces that begin here, how many are recorded: 0 to 1. */
    readonly ratio: number
  }
  /** The mail server; without one mails are kept. */
  readonly smtp:
    | {
        readonly host: string
        readonly port: number
        readonly tls: (typeof SMTP_TLS)[number]
        readonly user: string | undefined
        readonly password: string | undefined
        /** As a `From:` header has it. */
        readonly from: string
      }
    | undefined
  readonly logLevel: (typeof LOG_LEVELS)[number]
}

/** Which variable each part of the configuration comes from. */
export function toConfig(set: Settings, ruleVariable: Config['ruleVariable']): Config {
  return {
    host: set.HOST,
    port: set.PORT,
    databaseUrl: set.DATABASE_URL,
    dataDir: set.LINEHAUL_DATA_DIR,
    isSchedulerEnabled: set.ENABLE_SCHEDULER,
    apiKey: set.LINEHAUL_API_KEY,
    jwtSecret: set.JWT_SECRET,
    url: set.LINEHAUL_URL,
    auditKeep: set.AUDIT_KEEP,
    secrets: { key: set.SECRETS_KEY, oldKeys: set.SECRETS_KEYS_OLD },
    outgoingAllow: set.OUTGOING_ALLOW,
    limits: { perMinute: set.RATE_LIMIT_PER_MINUTE, trustProxy: set.TRUST_PROXY },
    ruleVariable,
    metricsToken: set.METRICS_TOKEN,
    traces: {
      endpoint: set.OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: set.OTEL_EXPORTER_OTLP_HEADERS,
      serviceName: set.OTEL_SERVICE_NAME,
      ratio: set.OTEL_TRACES_SAMPLER_ARG,
    },
    smtp: smtpOf(set),
    logLevel: set.LOG_LEVEL,
  }
}

function smtpOf(set: Settings): Config['smtp'] {
  const { SMTP_HOST: host, SMTP_PORT: port, SMTP_TLS: tls, MAIL_FROM: from } = set
  const { SMTP_USER: user, SMTP_PASSWORD: password } = set
  if (host === undefined || from === undefined) return undefined
  return { host, port, tls, user, password, from }
}

/** What is wrong with settings that are fine one by one. */
function conflictsIn(
  { SMTP_HOST, SMTP_USER, SMTP_PASSWORD }: Partial<Settings>,
  { MAIL_FROM }: NodeJS.ProcessEnv,
): string[] {
  const problems = []
  if (SMTP_HOST !== undefined && MAIL_FROM === undefined)
    problems.push('MAIL_FROM is not set, which SMTP_HOST needs: say whom mails are from')
  if ((SMTP_USER === undefined) !== (SMTP_PASSWORD === undefined))
    problems.push('SMTP_USER and SMTP_PASSWORD are needed together, or neither')
  return problems
}

/** Thrown with one line for each variable that is wrong. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID'
  constructor(
    readonly problems: readonly string[],
    /** As a configuration has it: of rules there may be more to tell. */
    readonly ruleVariable: Config['ruleVariable'],
  ) {
    super(`The environment cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/** The names of all that can be set. */
export const VARIABLES: readonly string[] = Object.keys(DECLARATIONS)

/**
 * What the process was started with, and what the file `.env` in its working folder sets besides.
 * @throws {ConfigError} CONFIG_INVALID, naming all that is wrong at once.
 */
export function readSurroundings(folder = process.cwd()): Config {
  const { set, problems } = readDotEnv(path.join(folder, '.env'))
  return readConfig({ ...set, ...given(process.env) }, problems)
}

/**
 * Reads an environment. A variable set to nothing counts as not set.
 * @param problems what is known to be wrong before
 * @throws {ConfigError} CONFIG_INVALID, naming all that is wrong at once.
 */
export function readConfig(environment: NodeJS.ProcessEnv, problems: readonly string[] = []): Config {
  const set = given(environment)
  const wrong: string[] = []
  const read = Object.entries<Variable>(DECLARATIONS).map(([name, { schema, default: otherwise }]) => {
    const value = set[name] ?? otherwise
    if (value === undefined) return [name, undefined]
    const { data, error } = schema.safeParse(value)
    if (error) wrong.push(...error.issues.map(({ message }) => `${name} ${message}`))
    return [name, data]
  })
  const settings = Object.fromEntries(read) as Settings
  const all = [...problems, ...wrong, ...conflictsIn(settings, set)]
  if (all.length > 0) throw new ConfigError(all, (name) => set[name])
  return toConfig(settings, (name) => set[name])
}

function given(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
}
