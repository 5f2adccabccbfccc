import type { SettingsInForce } from '../queue/index.js'
import { convert } from './convert.js'
import { byPrecedence } from './precedence.js'
import type { RuleRegistry } from './registry.js'
import { holdsAt, spanOf, type Span, type StoredRule } from './stored-rule.js'

interface Entry extends Span {
  readonly rule: StoredRule
  readonly value: unknown
}

/** All rules that are not over, at one version. Never changes; what holds is told of any instant from now on. */
export class RuleBook {
  readonly #entries: readonly Entry[]
  readonly #environment: ReadonlyMap<string, unknown>

  /**
   * Rules of names that nobody declares, or whose value does not fit any more, are left out.
   * @param environment values by the names of rules
   */
  constructor(
    registry: RuleRegistry,
    rules: readonly StoredRule[],
    environment: ReadonlyMap<string, unknown>,
  ) {
    this.#environment = environment
    // The weakest first: each next one takes its place.
    this.#entries = [...rules]
      .sort(byPrecedence)
      .reverse()
      .flatMap((rule) => entryOf(registry, rule))
  }

  /** What holds around `ms`, up to the next instant at which a rule begins or ends. */
  at(ms: number): Period {
    const bounds = this.#entries.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
    return new Period(
      {
        fromMs: Math.max(...bounds.filter((bound) => bound <= ms), -Infinity),
        untilMs: Math.min(...bounds.filter((bound) => bound > ms), Infinity),
      },
      this.#entries.filter((entry) => holdsAt(entry, ms)),
      this.#environment,
    )
  }
}

function entryOf(registry: RuleRegistry, rule: StoredRule): Entry[] {
  const declared = registry.find(rule.name)
  const converted = declared && convert(declared, rule.value)
  const isMisplaced = declared?.scope === 'instance' && rule.tenantId !== null
  return converted && !isMisplaced ? [{ ...spanOf(rule), rule, value: converted.value }] : []
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
      if (tenantId !== null) this.#byTenant.set(tenantId, [...(this.#byTenant.get(tenantId) ?? []), entry])
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
