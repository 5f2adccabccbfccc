/** A rule cannot be had, made or changed; with a stable code. */
export class RuleError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** The part of what was asked for that is wrong, as requests name it. */
    readonly field?:
      'rule_name' | 'rule_value' | 'rule_category' | 'scope' | 'effective_from' | 'effective_until',
  ) {
    super(message)
    this.name = 'RuleError'
  }
}

export class UnknownRuleError extends RuleError {
  constructor(
    readonly ruleName: string,
    readonly nearest: readonly string[],
  ) {
    const meant = nearest.map((name) => `"${name}"`).join(', ')
    super(
      'RULES_UNKNOWN_NAME',
      `No rule is declared as "${ruleName}".${meant && ` The nearest that are: ${meant}.`} GET /api/v1/rules/declared lists all.`,
      'rule_name',
    )
  }
}

/** The declarations contradict each other: nothing can start. */
export class InvalidRuleDeclarationError extends RuleError {
  constructor(name: string, reason: string) {
    super('RULES_INVALID_DECLARATION', `The rule "${name}" cannot be declared: ${reason}.`)
  }
}

export class InvalidRuleValueError extends RuleError {
  constructor(name: string, takes: string) {
    super('RULES_INVALID_VALUE', `"${name}" takes ${takes}.`, 'rule_value')
  }
}

export class InvalidRuleWindowError extends RuleError {
  constructor(from: Date, until: Date) {
    const begins =
      until < from ? `before it begins at ${from.toISOString()}` : 'the instant at which it begins'
    super(
      'RULES_INVALID_WINDOW',
      `The rule would end at ${until.toISOString()}, ${begins}. Let it end later, or leave its end out.`,
      'effective_until',
    )
  }
}

export class InvalidLookAheadError extends RuleError {
  constructor(from: Date, until: Date) {
    super(
      'RULES_INVALID_LOOK_AHEAD',
      `Nothing lies after ${from.toISOString()} and up to ${until.toISOString()}. Let \`until\` be later; \`from\` is now if it is left out.`,
    )
  }
}

export class InstanceRuleError extends RuleError {
  constructor(name: string) {
    super(
      'RULES_INSTANCE_ONLY',
      `"${name}" is the same for all tenants. Owners set it, for all of them at once.`,
      'scope',
    )
  }
}

export class RuleNotFoundError extends RuleError {
  constructor(readonly ruleId: string) {
    super('RULES_NOT_FOUND', `There is no rule "${ruleId}". GET /api/v1/rules lists them.`)
  }
}

export class RuleNotDraftError extends RuleError {
  constructor(id: string, status: string) {
    super('RULES_NOT_DRAFT', `The rule "${id}" is ${status}: only drafts can be activated. Make another one.`)
  }
}

export class RuleWindowOverError extends RuleError {
  constructor(id: string, until: Date) {
    super(
      'RULES_WINDOW_OVER',
      `The rule "${id}" would never hold: its window was over at ${until.toISOString()}. Make another one.`,
    )
  }
}

export class RuleRevokedError extends RuleError {
  constructor(id: string) {
    super('RULES_REVOKED', `The rule "${id}" is revoked already. Make another one.`)
  }
}

export class TooManyRulesError extends RuleError {
  constructor(most: number) {
    super(
      'RULES_TOO_MANY',
      `There are ${most} rules already that are not over. Revoke what is not needed any more.`,
    )
  }
}
