import { convert } from './convert.js'
import { byPrecedence } from './precedence.js'
import { MOST_BEATEN, resolve, type Resolution } from './resolve.js'
import type { AnyRule } from './rule.js'
import { holdsAt, spanOf, type Span, type StoredRule } from './stored-rule.js'
import { takeOvers } from './take-over.js'

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
  page: ChangePage,
): readonly RuleChange[] {
  return declared
    .flatMap((rule) => firstTurnsOf(rule, rules, between, page))
    .sort(inOrder)
    .slice(0, page.limit)
    .map(({ declared: rule, rules: ranked, atMs, name }) => {
      const resolvedAt = (ms: number) => resolve(rule, strongestAt(ranked, ms), environment, new Date(ms))
      return { name, at: new Date(atMs), before: resolvedAt(atMs - 1), after: resolvedAt(atMs) }
    })
}

function inOrder(a: ChangeKey, b: ChangeKey): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs
  return Number(a.name > b.name) - Number(a.name < b.name)
}

/** Those of one name that could be on the page. */
function firstTurnsOf(
  declared: AnyRule,
  all: readonly StoredRule[],
  { from, until }: Between,
  { limit, after }: ChangePage,
): Turn[] {
  const { name } = declared
  const rules = all
    .filter((rule) => rule.name === name)
    .sort(byPrecedence)
    .map((rule) => ({ rule, span: spanOf(rule), isUsable: convert(declared, rule.value) !== undefined }))
  const usable = rules.filter(({ isUsable }) => isUsable).map(({ span }) => span)
  const turns: Turn[] = []
  for (const { atMs } of takeOvers(usable, { fromMs: from.getTime(), untilMs: until.getTime() })) {
    if (turns.length === limit) break
    if (after === undefined || inOrder(after, { atMs, name }) < 0) turns.push({ declared, name, rules, atMs })
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
