import type { Role } from '../access/index.js'
import type { Transaction } from '../database/index.js'
import type { Json } from '../queue/index.js'

/** From the most urgent to the least. Critical and high ones heed no quiet hours and no digest. */
export const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const
export type Priority = (typeof PRIORITIES)[number]

/** Whom a notice is for. A role stands for everybody in the tenant who has it or a greater one. */
export type Target =
  | {
      readonly kind: 'user'
      readonly userId: string
      /** Who instead, where they have left the tenant or their account is disabled; `null`: nobody. Default: to have no such user is a mistake, and fails. */
      readonly orElse?: Target | null
    }
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'tenant' }

/** Something that people are to be told. */
export interface Notice {
  readonly tenantId: string
  /** What it is told because of, such as `job:<id>:dead`: one cause tells each recipient once on each channel, however often it is told. */
  readonly cause: string
  /** `job.analysis.pattern_complete`: what people choose by in their preferences. */
  readonly eventType: string
  readonly priority: Priority
  readonly target: Target
  /** Up to 255 characters. */
  readonly title: string
  readonly message: string
  /** What a program may want to know of it. Default: nothing. */
  readonly data?: Json
  /** The objects it is about. Default: none. */
  readonly relatedEntities?: readonly { type: string; id: string; name: string; url?: string }[]
  /** What its reader may do at once. Default: nothing. */
  readonly actions?: readonly { id: string; label: string; endpoint: string; method: 'GET' | 'POST' }[]
  readonly tags?: readonly string[]
  /** The part that tells it: `freight`, `jobs`, `webhooks`. */
  readonly source: string
  readonly jobId?: string
  readonly correlationId?: string
  /** From when on it is of no use to anybody. Default: never. */
  readonly expiresAt?: Date
}

/** Writes down, in the transaction that makes it so, that people are to be told; they are told soon after its commit. */
export type Notify = (tx: Transaction, notice: Notice) => Promise<void>
