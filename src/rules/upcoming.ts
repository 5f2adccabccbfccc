import { convert } from './convert.js'
import { byPrecedence } from './precedence.js'
import { MOST_BEATEN, resolve, type Resolution } from './resolve.js'
import type { AnyRule } from './rule.js'
import { holdsAt, spanOf, type Span, type StoredRule } from './stored-rule.js'

/** Another rule takes over. */
export interface RuleChange {
  readonly name: string
  readonly at: Date
  readonly before: Resolution
  readonly after: Resolution
}

export interface Between {
  readonly from: Date
  readonly until: Date
}

/** Changes of one instant are told apart by their names. */
export interface ChangeKey {
  readonly atMs: number
  readonly name: string
}

export interface ChangePage {
  readonly limit: number
  /** The last one of the page before. */
  readonly after?: ChangeKey | undefined
}

/** An instant at which another rule of a name wins. */
interface Turn extends ChangeKey {
  readonly declared: AnyRule
  readonly rules: readonly Ranked[]
}

interface Ranked {
  readonly rule: StoredRule
  readonly span: Span
  readonly isUsable: boolean
}

/**
 * When another rule takes over after `from` and up to `until`, in order of time, then of names. Only what is on the page is
 * worked out in full: thousands of windows may lie over each other.
 * @param environment values by the names of rules
 */
export function changesBetween(
  declared: readonly AnyRule[],
  rules: readonly StoredRule[],
  environment: ReadonlyMap<string, unknown>,
  between: Between,
  { limit, after }: ChangePage,
): readonly RuleChange[] {
  return declared
    .flatMap((rule) => turnsOf(rule, rules, between))
    .filter((turn) => after === undefined || inOrder(after, turn) < 0)
    .sort(inOrder)
    .slice(0, limit)
    .map(({ declared: rule, rules: ranked, atMs, name }) => {
      const resolvedAt = (ms: number) => resolve(rule, strongestAt(ranked, ms), environment, new Date(ms))
      return { name, at: new Date(atMs), before: resolvedAt(atMs - 1), after: resolvedAt(atMs) }
    })
}

function inOrder(a: ChangeKey, b: ChangeKey): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs
  return Number(a.name > b.name) - Number(a.name < b.name)
}

function turnsOf(declared: AnyRule, all: readonly StoredRule[], { from, until }: Between): Turn[] {
  const rules = all
    .filter(({ name }) => name === declared.name)
    .sort(byPrecedence)
    .map((rule) => ({ rule, span: spanOf(rule), isUsable: convert(declared, rule.value) !== undefined }))
  const winnerAt = (ms: number) => rules.find(({ span, isUsable }) => isUsable && holdsAt(span, ms))
  const [fromMs, untilMs] = [from.getTime(), until.getTime()]
  const bounds = rules.flatMap(({ span }) => [span.fromMs, span.untilMs])
  const instants = [...new Set(bounds)].filter((ms) => ms > fromMs && ms <= untilMs).sort((a, b) => a - b)
  let winner = winnerAt(fromMs)
  const turns: Turn[] = []
  for (const atMs of instants) {
    const next = winnerAt(atMs)
    if (next !== winner) turns.push({ declared, name: declared.name, rules, atMs })
    winner = next
  }
  return turns
}

/** As many of those that hold as are told of. */
function strongestAt(rules: readonly Ranked[], ms: number): StoredRule[] {
  const holding = rules.filter(({ span }) => holdsAt(span, ms))
  const usable = holding.filter(({ isUsable }) => isUsable).slice(0, MOST_BEATEN + 1)
  const unusable = holding.filter(({ isUsable }) => !isUsable).slice(0, MOST_BEATEN)
  return [...usable, ...unusable].map(({ rule }) => rule)
}
