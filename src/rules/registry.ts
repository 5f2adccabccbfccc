import { nearestNames } from '../queue/index.js'
import { InvalidRuleDeclarationError, UnknownRuleError } from './errors.js'
import type { AnyRule } from './rule.js'

/** All rules that are declared. Names and variables are each one's own. */
export class RuleRegistry {
  readonly #rules = new Map<string, AnyRule>()

  /**
   * @param taken variables of the environment that stand for something else
   * @throws {InvalidRuleDeclarationError} RULES_INVALID_DECLARATION
   */
  constructor(rules: readonly AnyRule[], taken: readonly string[] = []) {
    const byVariable = new Map(taken.map((variable) => [variable, 'the configuration']))
    for (const rule of rules) {
      this.#declare(rule, byVariable.get(rule.variable))
      byVariable.set(rule.variable, `"${rule.name}"`)
    }
  }

  #declare(rule: AnyRule, holder: string | undefined): void {
    if (!NAME.test(rule.name))
      throw new InvalidRuleDeclarationError(rule.name, 'a name is like "freight.pattern.min_frequency"')
    if (this.#rules.has(rule.name))
      throw new InvalidRuleDeclarationError(rule.name, 'another has the same name')
    if (holder !== undefined)
      throw new InvalidRuleDeclarationError(rule.name, `its variable ${rule.variable} is that of ${holder}`)
    this.#rules.set(rule.name, rule)
  }

  find(name: string): AnyRule | undefined {
    return this.#rules.get(name)
  }

  /** @throws {UnknownRuleError} RULES_UNKNOWN_NAME, which tells the nearest that are declared. */
  get(name: string): AnyRule {
    const rule = this.#rules.get(name)
    if (!rule) throw this.#unknown(name)
    return rule
  }

  #unknown(name: string): UnknownRuleError {
    return new UnknownRuleError(name, nearestNames(name, [...this.#rules.keys()]))
  }

  /** In order of their names. */
  list(): readonly AnyRule[] {
    return [...this.#rules.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /**
   * Those whose names fit, in order of their names; `*` stands for anything, also for nothing.
   * @throws {UnknownRuleError} RULES_UNKNOWN_NAME when none is declared that fits.
   */
  matching(pattern = '*'): readonly AnyRule[] {
    if (pattern === '*') return this.list()
    if (!pattern.includes('*')) return [this.get(pattern)]
    const [first = '', ...rest] = pattern.split('*')
    const isMeant = ({ name }: AnyRule) => name.startsWith(first) && fits(name.slice(first.length), rest)
    const meant = this.list().filter(isMeant)
    if (meant.length === 0) throw this.#unknown(pattern)
    return meant
  }
}

const NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/

/** Whether `text` is anything, then the first of `parts`, anything, the next one, to its end. */
function fits(text: string, parts: readonly string[]): boolean {
  const last = parts.at(-1) ?? ''
  let at = 0
  for (const part of parts.slice(0, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - at >= last.length && text.endsWith(last)
}
