import { refuseToOthers, type Caller } from '../access/index.js'
import { joined, newId, type Database, type Transaction } from '../database/index.js'
import type { Clock } from '../time/index.js'
import { convert } from './convert.js'
import { describeType } from './describe-type.js'
import {
  InstanceRuleError,
  InvalidRuleValueError,
  InvalidRuleWindowError,
  RuleNotDraftError,
  RuleNotFoundError,
  RuleRevokedError,
  TooManyRulesError,
} from './errors.js'
import type { RuleRegistry } from './registry.js'
import { resolve, type Resolution } from './resolve.js'
import type { AnyRule } from './rule.js'
import { asIfActive, type StoredRule } from './stored-rule.js'
import {
  activateRule,
  countRuleChanges,
  countRules,
  insertRule,
  revokeRule,
  selectRule,
  selectRules,
  selectRulesBetween,
  type RuleAct,
  type RulePage,
} from './store/rule.js'
import { beginRuleChange } from './store/version.js'
import { changesBetween, type Between, type ChangePage, type RuleChange } from './upcoming.js'

/** Of one tenant, or for all: more fill the memory of every process. */
export const MOST_RULES = 5_000

/** What somebody wants to hold. */
export interface NewRule {
  readonly name: string
  /** As its type, or as text that reads like it. */
  readonly value: unknown
  /** Default: the name up to its last dot. */
  readonly category?: string | undefined
  /** Default: now. */
  readonly effectiveFrom?: Date | undefined
  /** The first instant at which it does not hold any more. Default: it holds until another takes over. */
  readonly effectiveUntil?: Date | null | undefined
  /** A draft holds only once it is activated. Default `'active'`. */
  readonly status?: 'active' | 'draft' | undefined
  /** `'instance'`: for all tenants, which only owners may set; `'tenant'`: the caller's own. Default: as declared. */
  readonly scope?: 'tenant' | 'instance' | undefined
}

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

export interface RulesOptions {
  readonly database: Database
  readonly registry: RuleRegistry
  /** What the environment says, by the names of rules. */
  readonly environment: ReadonlyMap<string, unknown>
  readonly clock: Clock
  /** Has this process look at once at what was changed. */
  readonly changed: () => void
}

type Change = { readonly before: StoredRule; readonly after: StoredRule }

/** The rules of tenants, and those for all of them. */
export class Rules {
  constructor(private readonly on: RulesOptions) {}

  /** The instant that "now" is here. */
  now(): Date {
    return this.on.clock.now()
  }

  /** What is declared, in order of the names. */
  declared(): readonly AnyRule[] {
    return this.on.registry.list()
  }

  /**
   * @throws {RuleError} RULES_UNKNOWN_NAME, RULES_INVALID_VALUE, RULES_INVALID_WINDOW, RULES_INSTANCE_ONLY, RULES_TOO_MANY
   * @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY
   */
  async create(caller: Caller, wanted: NewRule): Promise<StoredRule> {
    const declared = this.on.registry.get(wanted.name)
    const tenantId = ownerOf(caller, declared, wanted)
    const rule = this.#draw(caller, declared, wanted, tenantId)
    return this.#write(async (tx, version) => {
      if ((await countRules(tx, tenantId, rule.createdAt)) >= MOST_RULES)
        throw new TooManyRulesError(MOST_RULES)
      return insertRule(tx, rule, version)
    })
  }

  /** The tenant's own and those for all tenants, the newest first. @throws {UnknownRuleError} RULES_UNKNOWN_NAME */
  async list(tenantId: string, { name, ...filter }: RuleFilter): Promise<readonly StoredRule[]> {
    const names = name === undefined ? undefined : this.#names(name)
    return selectRules(this.on.database, tenantId, { ...filter, names })
  }

  /** @throws {RuleNotFoundError} RULES_NOT_FOUND */
  async get(tenantId: string, id: string): Promise<StoredRule> {
    return found(id, await selectRule(this.on.database, tenantId, id))
  }

  /**
   * A draft takes force, at once or when its window begins.
   * @throws {RuleError} RULES_NOT_FOUND, RULES_NOT_DRAFT
   * @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY
   */
  activate(caller: Caller, id: string): Promise<Change> {
    return this.#change(caller, id, async (tx, before, act) => {
      if (before.status !== 'draft') throw new RuleNotDraftError(id, before.status)
      return activateRule(tx, before, act)
    })
  }

  /**
   * It does not hold any more from now on, and never will again.
   * @throws {RuleError} RULES_NOT_FOUND, RULES_REVOKED
   * @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY
   */
  revoke(caller: Caller, id: string): Promise<Change> {
    return this.#change(caller, id, async (tx, before, act) => {
      if (before.status === 'revoked') throw new RuleRevokedError(id)
      return revokeRule(tx, before, act)
    })
  }

  /**
   * What holds, held or will hold for a tenant at one instant, as things stand now; and why.
   * @param tenantId `null`: what holds where a tenant has no rules of its own
   * @throws {UnknownRuleError} RULES_UNKNOWN_NAME
   */
  async effective(tenantId: string | null, query: EffectiveQuery = {}): Promise<readonly Resolution[]> {
    const { registry, environment, clock } = this.on
    const { name, at = clock.now(), withDrafts = false } = query
    const declared = registry.matching(name)
    const rules = await this.#between(tenantId, declared, { from: at, until: at, withDrafts })
    return declared.map((rule) => resolve(rule, rules, environment, at))
  }

  /**
   * What will change, or changed, after one instant and up to another, in order of time, then of names; by pages.
   * @throws {UnknownRuleError} RULES_UNKNOWN_NAME
   */
  async changes(
    tenantId: string | null,
    { name, withDrafts = false, limit, after, ...between }: ChangesQuery,
  ): Promise<readonly RuleChange[]> {
    const declared = this.on.registry.matching(name)
    const rules = await this.#between(tenantId, declared, { ...between, withDrafts })
    return changesBetween(declared, rules, this.on.environment, between, { limit, after })
  }

  /**
   * How often something of a tenant's has begun or ended to hold by one instant, whatever came of it. It never counts back,
   * so who has read it can tell whether anything has changed since.
   * @throws {UnknownRuleError} RULES_UNKNOWN_NAME
   */
  countChanges(tenantId: string, { name, at }: { name: string; at: Date }): Promise<number> {
    return countRuleChanges(this.on.database, tenantId, this.#names(name), at)
  }

  /** One change of several rules. Nobody else writes any until it is committed, so what `work` reads stays true. */
  together<Result>(work: (rules: Rules) => Promise<Result>): Promise<Result> {
    const { database } = this.on
    return this.#write((tx) => work(new Rules({ ...this.on, database: joined(tx, database) })))
  }

  async #between(
    tenantId: string | null,
    declared: readonly AnyRule[],
    between: Between & { withDrafts: boolean },
  ): Promise<readonly StoredRule[]> {
    const { database, clock } = this.on
    const names = declared.map(({ name }) => name)
    const rules = await selectRulesBetween(database, tenantId, names, between)
    return between.withDrafts ? rules.map((rule) => asIfActive(rule, clock.now())) : rules
  }

  #names(pattern: string): string[] {
    return this.on.registry.matching(pattern).map(({ name }) => name)
  }

  #draw(
    { actor }: Caller,
    declared: AnyRule,
    { name, value, category, effectiveFrom, effectiveUntil = null, status = 'active' }: NewRule,
    tenantId: string | null,
  ): Omit<StoredRule, 'seq'> {
    const now = this.on.clock.now()
    const converted = convert(declared, value)
    if (!converted) throw new InvalidRuleValueError(name, describeType(declared))
    const from = effectiveFrom ?? now
    if (effectiveUntil && effectiveUntil <= from) throw new InvalidRuleWindowError(from, effectiveUntil)
    const isActive = status === 'active'
    return {
      ...{ id: newId(), tenantId, name, value: converted.kept, category: category ?? categoryOf(name) },
      ...{ effectiveFrom: from, effectiveUntil, status, author: actor, createdAt: now },
      ...{ activatedAt: isActive ? now : null, activatedBy: isActive ? actor : null },
      ...{ revokedAt: null, revokedBy: null },
    }
  }

  #change(
    caller: Caller,
    id: string,
    work: (tx: Transaction, before: StoredRule, act: RuleAct) => Promise<StoredRule>,
  ): Promise<Change> {
    return this.#write(async (tx, version) => {
      const before = found(id, await selectRule(tx, caller.tenantId, id))
      if (before.tenantId === null) refuseToOthers(caller, FOR_ALL)
      const act = { by: caller.actor, at: this.on.clock.now(), version }
      return { before, after: await work(tx, before, act) }
    })
  }

  #write<Result>(work: (tx: Transaction, version: string) => Promise<Result>): Promise<Result> {
    return this.on.database.transaction(async (tx) => {
      const version = await beginRuleChange(tx)
      tx.afterCommit(this.on.changed)
      return work(tx, version)
    })
  }
}

const FOR_ALL = 'decide what holds for all tenants'

/** The tenant that a new rule is for; `null`: all. */
function ownerOf(caller: Caller, declared: AnyRule, { scope = declared.scope }: NewRule): string | null {
  if (scope === 'instance') {
    refuseToOthers(caller, FOR_ALL)
    return null
  }
  if (declared.scope === 'instance') throw new InstanceRuleError(declared.name)
  return caller.tenantId
}

/** `freight.pattern` of `freight.pattern.min_frequency`. */
function categoryOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'))
}

function found(id: string, rule: StoredRule | undefined): StoredRule {
  if (!rule) throw new RuleNotFoundError(id)
  return rule
}
