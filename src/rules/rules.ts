import { refuseToOthers, type Caller } from '../access/index.js'
import { joined, type Transaction } from '../database/index.js'
import { RuleNotDraftError, RuleRevokedError, RuleWindowOverError, TooManyRulesError } from './errors.js'
import { drawRule, FOR_ALL, type NewRule } from './new-rule.js'
import { outlived } from './outlived.js'
import { readRule } from './read-rule.js'
import { found, RuleReader, type RuleReaderOptions } from './rule-reader.js'
import type { StoredRule } from './stored-rule.js'
import { activateRule, endRules, insertRule, revokeRule, selectRule, type RuleAct } from './store/rule.js'
import { countRules, selectOpenRules } from './store/select-rules.js'
import { beginRuleChange, type RuleTurn } from './store/version.js'

/** Of one tenant, or for all: more fill the memory of every process. */
export const MOST_RULES = 5_000

type Change = { readonly before: StoredRule; readonly after: StoredRule }

export interface RulesOptions extends RuleReaderOptions {
  /** Has this process look at once at what was changed. */
  readonly changed: () => void
}

/** The rules of tenants, and those for all of them. */
export class Rules extends RuleReader {
  constructor(private readonly on: RulesOptions) {
    super(on)
  }

  /**
   * @throws {RuleError} RULES_UNKNOWN_NAME, RULES_INVALID_VALUE, RULES_INVALID_WINDOW, RULES_INSTANCE_ONLY, RULES_TOO_MANY
   * @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY
   */
  async create(caller: Caller, wanted: NewRule): Promise<StoredRule> {
    const declared = this.on.registry.get(wanted.name)
    return this.#write(async (tx, turn) => {
      const rule = drawRule(caller, declared, wanted, turn.at)
      if (rule.status === 'active') await this.#endOutlived(tx, rule, turn)
      if ((await countRules(tx, rule.tenantId, turn.at)) >= MOST_RULES)
        throw new TooManyRulesError(MOST_RULES)
      return insertRule(tx, rule, turn.version)
    })
  }

  /**
   * A draft takes force, at once or when its window begins.
   * @throws {RuleError} RULES_NOT_FOUND, RULES_NOT_DRAFT, RULES_WINDOW_OVER
   * @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY
   */
  activate(caller: Caller, id: string): Promise<Change> {
    return this.#change(caller, id, async (tx, before, act) => {
      const { status, effectiveUntil } = before
      if (status !== 'draft') throw new RuleNotDraftError(id, status)
      if (effectiveUntil && effectiveUntil <= act.at) throw new RuleWindowOverError(id, effectiveUntil)
      await this.#endOutlived(tx, before, act)
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

  /** One change of several rules. Nobody else writes any until it is committed, so what `work` reads stays true. */
  together<Result>(work: (rules: Rules) => Promise<Result>): Promise<Result> {
    const { database } = this.on
    return this.#write((tx) => work(new Rules({ ...this.on, database: joined(tx, database) })))
  }

  /** Makes room for one more of its name: a script that sets a rule each hour shall not be refused after some months. */
  async #endOutlived(
    tx: Transaction,
    { tenantId, name }: Pick<StoredRule, 'tenantId' | 'name'>,
    { at, version }: RuleTurn,
  ): Promise<void> {
    const rules = await selectOpenRules(tx, { tenantId, name, at })
    // What sets nothing any more takes precedence of nothing.
    const effectual = rules.filter((rule) => typeof readRule(this.on.registry, rule) !== 'string')
    const over = outlived(effectual, at).map(({ id }) => id)
    if (over.length > 0) await endRules(tx, over, { at, version })
  }

  #change(
    caller: Caller,
    id: string,
    work: (tx: Transaction, before: StoredRule, act: RuleAct) => Promise<StoredRule>,
  ): Promise<Change> {
    return this.#write(async (tx, turn) => {
      const before = found(id, await selectRule(tx, caller.tenantId, id))
      if (before.tenantId === null) refuseToOthers(caller, FOR_ALL)
      return { before, after: await work(tx, before, { by: caller.actor, ...turn }) }
    })
  }

  #write<Result>(work: (tx: Transaction, turn: RuleTurn) => Promise<Result>): Promise<Result> {
    const { database, clock, changed } = this.on
    return database.transaction(async (tx) => {
      const turn = await beginRuleChange(tx, clock.statementTime())
      tx.afterCommit(changed)
      return work(tx, turn)
    })
  }
}
