import type { Database } from '../database/index.js'
import type { Clock } from '../time/index.js'
import { InvalidLookAheadError, RuleNotFoundError } from './errors.js'
import type { RuleRegistry } from './registry.js'
import { resolve, type Resolution } from './resolve.js'
import type { AnyRule } from './rule.js'
import { asIfActive, type StoredRule } from './stored-rule.js'
import { selectRule } from './store/rule.js'
import { countRuleChanges, selectRules, selectRulesBetween, type RulePage } from './store/select-rules.js'
import { selectRuleNow } from './store/version.js'
import { changesBetween, type Between, type ChangePage, type RuleChange } from './upcoming.js'

export interface RuleFilter extends Omit<RulePage, 'names'> {
  /** A name; `*` stands for anything. */
  readonly name?: string | undefined
}

export interface EffectiveQuery {
  /** A name; `*` stands for anything. Default: all. */
  readonly name?: string | undefined
  /** Default: now. */
  readonly at?: Date | undefined
  /** As if every draft had been activated now. Default false. */
  readonly withDrafts?: boolean | undefined
}

export type ChangesQuery = Between & ChangePage & Omit<EffectiveQuery, 'at'>

export interface RuleReaderOptions {
  readonly database: Database
  readonly registry: RuleRegistry
  /** What the environment says, by the names of rules. */
  readonly environment: ReadonlyMap<string, unknown>
  readonly clock: Clock
}

/** What rules there are, what holds of them when, and why. */
export class RuleReader {
  readonly #on: RuleReaderOptions

  constructor(options: RuleReaderOptions) {
    this.#on = options
  }

  /** The instant that "now" is for rules: by the clock of the database, and never before their last change. */
  now(): Promise<Date> {
    return selectRuleNow(this.#on.database, this.#on.clock.statementTime())
  }

  /** What is declared, in order of the names. */
  declared(): readonly AnyRule[] {
    return this.#on.registry.list()
  }

  /** The tenant's own and those for all tenants, the newest first. @throws {UnknownRuleError} RULES_UNKNOWN_NAME */
  async list(tenantId: string, { name, ...filter }: RuleFilter): Promise<readonly StoredRule[]> {
    const names = name === undefined ? undefined : this.#names(name)
    return selectRules(this.#on.database, tenantId, { ...filter, names })
  }

  /** @throws {RuleNotFoundError} RULES_NOT_FOUND */
  async get(tenantId: string, id: string): Promise<StoredRule> {
    return found(id, await selectRule(this.#on.database, tenantId, id))
  }

  /**
   * What holds, held or will hold for a tenant at one instant, as things stand now; and why.
   * @param tenantId `null`: what holds where a tenant has no rules of its own
   * @throws {UnknownRuleError} RULES_UNKNOWN_NAME
   */
  async effective(tenantId: string | null, query: EffectiveQuery = {}): Promise<readonly Resolution[]> {
    const { registry, environment } = this.#on
    const now = await this.now()
    const { name, at = now, withDrafts = false } = query
    const declared = registry.matching(name)
    const rules = await this.#between(tenantId, declared, { from: at, until: at }, withDrafts && now)
    return declared.map((rule) => resolve(rule, rules, environment, at))
  }

  /**
   * What will change, or changed, after one instant and up to another, in order of time, then of names; by pages.
   * @throws {RuleError} RULES_UNKNOWN_NAME, RULES_INVALID_LOOK_AHEAD
   */
  async changes(
    tenantId: string | null,
    { name, withDrafts = false, limit, after, ...between }: ChangesQuery,
  ): Promise<readonly RuleChange[]> {
    if (between.until <= between.from) throw new InvalidLookAheadError(between.from, between.until)
    const declared = this.#on.registry.matching(name)
    const rules = await this.#between(tenantId, declared, between, withDrafts && (await this.now()))
    return changesBetween(declared, rules, this.#on.environment, between, { limit, after })
  }

  /**
   * How often something of a tenant's has begun or ended to hold by one instant, whatever came of it. It never counts back,
   * so who has read it can tell whether anything has changed since.
   * @throws {UnknownRuleError} RULES_UNKNOWN_NAME
   */
  countChanges(tenantId: string, { name, at }: { name: string; at: Date }): Promise<number> {
    return countRuleChanges(this.#on.database, tenantId, this.#names(name), at)
  }

  async #between(
    tenantId: string | null,
    declared: readonly AnyRule[],
    between: Between,
    /** When drafts are taken to be activated; `false`: never. */
    draftsAt: Date | false,
  ): Promise<readonly StoredRule[]> {
    const names = declared.map(({ name }) => name)
    const wanted = { ...between, withDrafts: draftsAt !== false }
    const rules = await selectRulesBetween(this.#on.database, tenantId, names, wanted)
    return draftsAt ? rules.map((rule) => asIfActive(rule, draftsAt)) : rules
  }

  #names(pattern: string): string[] {
    return this.#on.registry.matching(pattern).map(({ name }) => name)
  }
}

export function found(id: string, rule: StoredRule | undefined): StoredRule {
  if (!rule) throw new RuleNotFoundError(id)
  return rule
}
