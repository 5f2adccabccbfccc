import { isIP } from 'node:net'

import { z } from 'zod'

import { isHttpAddress } from './http-address.js'
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

export const GROUPS = [
  'Serving',
  'Data',
  'Jobs',
  'Access',
  'Security',
  'Mail',
  'Watching',
  'Commands',
] as const
type Group = (typeof GROUPS)[number]

/** `starttls`: in clear until both have agreed on encryption; `tls`: encrypted from the first byte. */
export const SMTP_TLS = ['starttls', 'tls', 'none'] as const

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

/** As a `From:` header has it, with or without a name. */
const SENDER = /^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/

/** Separated by commas; blanks around an entry do not count. */
const list = z.string().transform((entries) => entries.split(',').flatMap((entry) => entry.trim() || []))

/** Names the first entry that is none: a long list is not searched by eye. */
function listOf(isOne: (entry: string) => boolean, no: string) {
  return list.superRefine((entries, context) => {
    const wrong = entries.find((entry) => !isOne(entry))
    if (wrong !== undefined) context.addIssue(`has the entry "${wrong}", which is ${no}`)
  })
}

/** `name=value`, separated by commas, values URL-encoded: as OpenTelemetry has it. */
const pairs = list.transform((entries, context) => {
  const read = entries.map((entry) => readPair(entry))
  if (read.every((pair) => pair !== undefined)) return Object.fromEntries(read) as Record<string, string>
  context.addIssue('has an entry that is not name=value with a URL-encoded value')
  return z.NEVER
})

function readPair(entry: string): readonly [string, string] | undefined {
  const [, name, value] = /^([\w.-]+) *= *(.+)$/.exec(entry) ?? []
  if (name === undefined || value === undefined || /%(?![\da-f]{2})/i.test(value)) return undefined
  return [name, decodeURIComponent(value)]
}

/** One key of AES-256, with the id under which it is kept beside what it encrypts, if it is given one. */
const SECRETS_KEY = /^(?:[\w-]{1,40}:)?[A-Za-z0-9+/]{43}=$/

const NO_SECRETS_KEY =
  'is no base64 of 32 bytes, with or without an id before it (id:base64); make one with openssl rand -base64 32'

/** A host's name, an address or a range of addresses. */
function isPlace(entry: string): boolean {
  return isAddresses(entry) || /^(?!.*\.\d+$)[\w-]+(\.[\w-]+)*\.?$/.test(entry)
}

/** An address, or a range such as 10.1.0.0/16. */
function isAddresses(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/')
  const most = { 4: 32, 6: 128 }[isIP(address)]
  if (most === undefined || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
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
  ENABLE_SCHEDULER: {
    group: 'Jobs',
    schema: z.stringbool('is neither true nor false'),
    default: 'true',
    sentence:
      'Whether this process makes the ticks of schedules. With `false` it leaves them to others; people can still run a schedule by hand.',
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
  SECRETS_KEY: {
    group: 'Security',
    schema: text.regex(SECRETS_KEY, NO_SECRETS_KEY),
    sentence:
      'What stored secrets are encrypted with: 32 bytes as base64 (`openssl rand -base64 32`), or `id:base64`. Without it none can be stored. [How to change it](security.md#secrets).',
  },
  SECRETS_KEYS_OLD: {
    group: 'Security',
    schema: list.refine(
      (keys) => keys.every((key) => SECRETS_KEY.test(key)),
      `has a key that ${NO_SECRETS_KEY}`,
    ),
    default: '',
    sentence: 'Keys that were in use before, separated by commas, until every secret lies under the new one.',
  },
  OUTGOING_ALLOW: {
    group: 'Security',
    schema: listOf(isPlace, 'no host, address or range such as 10.1.0.0/16'),
    default: '',
    sentence:
      'Hosts, addresses and ranges, separated by commas (`erp.internal,10.1.0.0/16`), that requests to addresses which people gave may reach although they are not of the public internet ([why](security.md#requests-to-the-outside)).',
  },
  RATE_LIMIT_PER_MINUTE: {
    group: 'Security',
    schema: wholeNumber(1, 10_000_000),
    default: '6000',
    sentence: 'Most requests of one credential in a minute, in each process ([limits](security.md#limits)).',
  },
  TRUST_PROXY: {
    group: 'Security',
    schema: listOf(isAddresses, 'no address or range such as 10.1.0.0/16'),
    default: '',
    sentence:
      "Addresses and ranges of the proxies in front, separated by commas: what these say in `X-Forwarded-For` and `X-Forwarded-Proto` is believed, and nobody else's word.",
  },
  JWT_SECRET: {
    group: 'Access',
    schema: text.min(32, 'has fewer than 32 characters'),
    sentence:
      'What the tokens of people who sign in are signed with, 32 or more characters, the same for every process. Without it one is drawn at random and kept in the database; under `SECRETS_KEY` where that is set, else whoever can read the database can read it.',
  },
  SMTP_HOST: {
    group: 'Mail',
    schema: text,
    sentence:
      'The mail server by which mails are sent. Without it they are [kept](notifications.md#mail) in the database, and can be read by API.',
  },
  SMTP_PORT: { group: 'Mail', schema: wholeNumber(1, 65_535), default: '587', sentence: 'Its port.' },
  SMTP_TLS: {
    group: 'Mail',
    schema: z.enum(SMTP_TLS, `is none of ${SMTP_TLS.join(', ')}`),
    default: 'starttls',
    sentence:
      '`starttls`: encryption is agreed on first, and a server without it gets no mail; `tls`: encrypted from the first byte (port 465); `none`: in clear text, for a server on the same machine.',
  },
  SMTP_USER: { group: 'Mail', schema: text, sentence: 'Whom the mail server knows us as, if it asks.' },
  SMTP_PASSWORD: { group: 'Mail', schema: text, sentence: 'The password that goes with it.' },
  MAIL_FROM: {
    group: 'Mail',
    schema: text.regex(
      SENDER,
      'is no address such as linehaul@example.com or Linehaul <linehaul@example.com>',
    ),
    sentence: 'Whom mails are from: `Linehaul <linehaul@example.com>`. Needed with `SMTP_HOST`.',
  },
  LOG_LEVEL: {
    group: 'Watching',
    schema: z.enum(LOG_LEVELS, `is none of ${LOG_LEVELS.join(', ')}`),
    default: 'info',
    sentence: '`debug`, `info`, `warn`, `error` or `silent`. Logs are JSON, on the standard error.',
  },
  METRICS_TOKEN: {
    group: 'Watching',
    schema: text.regex(/^[\x21-\x7e]{16,}$/, 'is not 16 or more characters without blanks'),
    sentence:
      'What a scrape of `/metrics` has to send as `Authorization: Bearer …`, 16 or more characters without blanks. Without it whoever reaches the port may scrape ([what is told](telemetry.md#what-a-scrape-tells)).',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    group: 'Watching',
    schema: text.refine(isHttpAddress, 'is not an address such as http://localhost:4318'),
    sentence:
      'Where [traces](telemetry.md#traces) are sent, as OTLP over HTTP. Without it there are none, and OpenTelemetry is not loaded.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    group: 'Watching',
    schema: pairs,
    default: '',
    sentence:
      'Headers to send with them, such as a key: `name=value`, separated by commas, values URL-encoded.',
  },
  OTEL_SERVICE_NAME: {
    group: 'Watching',
    schema: text,
    default: 'linehaul',
    sentence: 'The name under which they are found.',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    group: 'Watching',
    schema: z.coerce
      .number('is not a number')
      .min(0, 'is not between 0 and 1')
      .max(1, 'is not between 0 and 1'),
    default: '1',
    sentence:
      'Of the traces that begin here, how many are recorded: 0 to 1. One that comes in with a request is recorded if its caller does.',
  },
  LINEHAUL_URL: {
    group: 'Commands',
    schema: text.refine(isHttpAddress, 'is not an address such as https://linehaul.example'),
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
