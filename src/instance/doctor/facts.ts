import type { SecretsUnder } from '../../access/index.js'
import type { StepStatus } from '../../database/index.js'
import type { Depth } from '../../queue/index.js'
import type { ServerFacts, TableFacts, TransactionFacts } from '../store/database-facts.js'
import type { MailFacts, WebhookFacts } from '../store/channel-facts.js'
import type { UnreadableFacts } from '../store/secret-facts.js'
import type { DeadFacts, LateFacts, StopFacts, WorkerFacts } from '../store/job-facts.js'

/** Why something could not be looked at. */
export interface Fault {
  readonly fault: string
  /** What to do, where that is known. */
  readonly advice?: string
}

/** A secret of the configuration. Its text is looked at and never told. */
export interface SecretFact {
  /** The variable that sets it. */
  readonly name: string
  readonly value: string | undefined
  /** What happens without it; `undefined`: nothing that matters. */
  readonly without: string | undefined
}

/** How this Linehaul is set up. */
export interface Setup {
  readonly kind: 'embedded' | 'server'
  /** What of the environment keeps a process from starting, a line for each. */
  readonly problems: readonly string[]
  readonly secrets: readonly SecretFact[]
  /** The folder of the embedded database. */
  readonly dataDir: string | undefined
  /** As `process.versions.node` has it. */
  readonly node: string
}

export interface DiskFacts {
  readonly freeBytes: number
}

export interface ClockFacts {
  /** How far the database's clock is ahead of this machine's. */
  readonly aheadMs: number
  /** It may be as much more or less. */
  readonly withinMs: number
}

export interface MailServerFacts {
  /** Where it is: host and port. */
  readonly address: string
  /** Why it would take no mail from here; `undefined`: it would. */
  readonly obstacle: string | undefined
}

/** A setting that has rules which change nothing. */
export interface MisfitFacts {
  readonly name: string
  readonly why: 'undeclared' | 'unfit' | 'of-one-tenant'
  /** Whose the newest of them is; `null`: it is for all. */
  readonly tenantId: string | null
}

export interface RuleFacts {
  readonly found: readonly MisfitFacts[]
  /** Whether there are more rules than are looked at, or as many. */
  readonly isCapped: boolean
}

export interface DatabaseFacts {
  readonly server: ServerFacts
  readonly clock: ClockFacts
  readonly steps: readonly StepStatus[]
  readonly tables: readonly TableFacts[]
  readonly oldest: TransactionFacts | undefined
  /** Empty for an embedded one. */
  readonly sessions: readonly number[]
}

export interface JobFacts {
  readonly workers: readonly WorkerFacts[]
  readonly leaderSilentMs: number | undefined
  readonly depths: readonly Depth[]
  readonly orphans: number
  readonly held: number
  readonly forsaken: number
  readonly mails: MailFacts
  readonly webhooks: WebhookFacts
  readonly misfits: RuleFacts
  readonly dead: DeadFacts
  readonly stops: readonly StopFacts[]
  readonly late: readonly LateFacts[]
  /** Under which keys the stored secrets of all tenants lie. */
  readonly secrets: SecretsUnder
  /** Those of them that cannot be read and are needed. */
  readonly unreadable: UnreadableFacts
}

/** All that was found out. */
export interface Facts {
  readonly setup: Setup
  readonly disk: DiskFacts | Fault | undefined
  /** `undefined` where there is none. */
  readonly mailServer: MailServerFacts | undefined
  readonly database: DatabaseFacts | Fault
  /** `undefined` where they could not be asked for: the database is away, or has another schema. */
  readonly jobs: JobFacts | Fault | undefined
}

export function isFault(facts: object | undefined): facts is Fault {
  return facts !== undefined && 'fault' in facts
}

/** Whether a secret of the configuration is set. */
export function isSet({ secrets }: Setup, secret: string): boolean {
  return secrets.some(({ name, value }) => name === secret && value !== undefined)
}
