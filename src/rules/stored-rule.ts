export const RULE_STATUSES = ['draft', 'active', 'revoked'] as const
export type RuleStatus = (typeof RULE_STATUSES)[number]

/** One value of a rule, with the window in which it holds. */
export interface StoredRule {
  readonly id: string
  /** Counts up in the order in which rules were made. */
  readonly seq: string
  /** `null`: for all tenants. */
  readonly tenantId: string | null
  readonly name: string
  /** JSON, as its schema takes it. */
  readonly value: unknown
  readonly category: string
  readonly effectiveFrom: Date
  /** The first instant at which it does not hold any more; `null`: until another takes over or it is revoked. */
  readonly effectiveUntil: Date | null
  readonly status: RuleStatus
  /** Who made it, as `kind:id`. */
  readonly author: string
  readonly createdAt: Date
  /** Since when it is no draft; `null`: it never was anything else. */
  readonly activatedAt: Date | null
  readonly activatedBy: string | null
  readonly revokedAt: Date | null
  readonly revokedBy: string | null
}

/** From the first instant at which it holds to the first at which it does not any more; half-open. */
export interface Span {
  readonly fromMs: number
  readonly untilMs: number
}

const NEVER: Span = { fromMs: Infinity, untilMs: Infinity }

/**
 * When it holds indeed: nothing holds before it was activated, nor after it was revoked, whatever its window says. A draft
 * never does: its span is empty.
 */
export function spanOf({ effectiveFrom, effectiveUntil, activatedAt, revokedAt }: StoredRule): Span {
  if (activatedAt === null) return NEVER
  const until = [effectiveUntil, revokedAt].map((instant) => instant?.getTime() ?? Infinity)
  return {
    fromMs: Math.max(effectiveFrom.getTime(), activatedAt.getTime()),
    untilMs: Math.min(...until),
  }
}

/**
 * The same to whoever has learnt of it by now: it is activated, what was set from now on has begun, and what is revoked is
 * over, even if the own clock has not come so far. The bounds of a window that somebody has chosen alone go by the clock.
 */
export function spanOnceKnown(rule: StoredRule): Span {
  const { status, effectiveFrom, effectiveUntil } = rule
  if (status !== 'active') return NEVER
  return {
    fromMs: isFromNowOn(rule) ? -Infinity : effectiveFrom.getTime(),
    untilMs: effectiveUntil?.getTime() ?? Infinity,
  }
}

/** Whether it began as it was made or activated, and not at an instant that somebody has chosen. */
function isFromNowOn({ effectiveFrom, createdAt, activatedAt }: StoredRule): boolean {
  return [createdAt, activatedAt].some((instant) => instant?.getTime() === effectiveFrom.getTime())
}

export function holdsAt({ fromMs, untilMs }: Span, ms: number): boolean {
  return fromMs <= ms && ms < untilMs
}

/** Where a rule stands at an instant, for people. */
export type Phase = 'draft' | 'upcoming' | 'in-force' | 'over' | 'revoked'

export function phaseOf(rule: StoredRule, at: Date): Phase {
  if (rule.status !== 'active') return rule.status
  const { fromMs, untilMs } = spanOf(rule)
  if (at.getTime() >= untilMs) return 'over'
  return at.getTime() < fromMs ? 'upcoming' : 'in-force'
}

/** The same as if it counted from `at` on, which a draft does not: what it would change. */
export function asIfActive(rule: StoredRule, at: Date): StoredRule {
  if (rule.status !== 'draft') return rule
  return { ...rule, activatedAt: at, activatedBy: rule.author }
}
