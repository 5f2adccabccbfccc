import type { SettingsInForce } from '../queue/index.js'
import { byPrecedence } from './precedence.js'
import { readRule } from './read-rule.js'
import type { RuleRegistry } from './registry.js'
import { holdsAt, spanOnceKnown, type Span, type StoredRule } from './stored-rule.js'

interface Entry extends Span {
  readonly rule: StoredRule
  readonly value: unknown
}

/** All rules that are not over, at one version. Never changes; what holds is told of any instant from now on. */
export class RuleBook {
  /** The weakest first, so that each next one takes its place. */
  readonly #entries: readonly Entry[]

  /**
   * Rules of names that nobody declares, or whose value does not fit any more, are left out.
   * @param environment values by the names of rules
   */
  constructor(
    private readonly registry: RuleRegistry,
    rules: readonly StoredRule[],
    private readonly environment: ReadonlyMap<string, unknown>,
    others: readonly Entry[] = [],
  ) {
    const read = rules.flatMap((rule) => entryOf(registry, rule) ?? [])
    this.#entries = [...others, ...read].sort((a, b) => byPrecedence(b.rule, a.rule))
  }

  /** The next one, with what has changed, and without what is over by `nowMs`. What is read already is not read again. */
  with(changed: readonly StoredRule[], nowMs: number): RuleBook {
    const ids = new Set(changed.map(({ id }) => id))
    const others = this.#entries.filter(({ rule, untilMs }) => !ids.has(rule.id) && untilMs > nowMs)
    return new RuleBook(this.registry, changed, this.environment, others)
  }

  /** What holds around `ms`, up to the next instant at which a rule begins or ends. */
  at(ms: number): Period {
    const span = { fromMs: -Infinity, untilMs: Infinity }
    const holding: Entry[] = []
    for (const entry of this.#entries) {
      if (holdsAt(entry, ms)) holding.push(entry)
      narrow(span, ms, entry.fromMs)
      narrow(span, ms, entry.untilMs)
    }
    return new Period(span, holding, this.environment)
  }
}

/** `span` around `ms` without what lies beyond `bound`. */
function narrow(span: { fromMs: number; untilMs: number }, ms: number, bound: number): void {
  if (bound <= ms) span.fromMs = Math.max(span.fromMs, bound)
  else span.untilMs = Math.min(span.untilMs, bound)
}

function entryOf(registry: RuleRegistry, rule: StoredRule): Entry | undefined {
  const read = readRule(registry, rule)
  return typeof read === 'string' ? undefined : { ...spanOnceKnown(rule), rule, value: read.value }
}

/** A length of time in which nothing begins and nothing ends. */
export class Period {
  /** The ids of the rules in force. */
  readonly ruleIds: readonly string[]
  readonly #global: InForce
  readonly #byTenant = new Map<string, Entry[]>()
  readonly #tenants = new Map<string, InForce>()

  constructor(
    readonly span: Span,
    entries: readonly Entry[],
    environment: ReadonlyMap<string, unknown>,
  ) {
    this.ruleIds = entries.map(({ rule }) => rule.id)
    const forAll = entries.filter(({ rule }) => rule.tenantId === null)
    this.#global = new InForce(new Map([...environment, ...forAll.map(pairOf)]))
    for (const entry of entries) {
      const { tenantId } = entry.rule
      const own = tenantId === null ? undefined : this.#byTenant.get(tenantId)
      if (own) own.push(entry)
      else if (tenantId !== null) this.#byTenant.set(tenantId, [entry])
    }
  }

  /** @param tenantId `null`: what holds for no tenant in particular */
  inForce(tenantId: string | null): SettingsInForce {
    if (tenantId === null) return this.#global
    const known = this.#tenants.get(tenantId)
    if (known) return known
    const own = this.#byTenant.get(tenantId)
    if (!own) return this.#global
    const made = new InForce(new Map([...this.#global.values, ...own.map(pairOf)]))
    this.#tenants.set(tenantId, made)
    return made
  }
}

function pairOf({ rule, value }: Entry): [string, unknown] {
  return [rule.name, value]
}

class InForce implements SettingsInForce {
  constructor(readonly values: ReadonlyMap<string, unknown>) {}

  get<Value>({ name, default: otherwise }: { readonly name: string; readonly default: Value }): Value {
    const value = this.values.get(name) as Value | undefined // what is kept is JSON, and never undefined
    return value === undefined ? otherwise : value
  }
}
