import type { Caller } from '../../../access/index.js'
import type { AnyRule, Rule, Rules } from '../../../rules/index.js'
import { ConfigChangedError } from '../errors.js'
import { patternRules } from '../rules.js'
import { readSettings, type PatternConfig, type PatternSettings } from './config.js'

const ALL = 'freight.pattern.*'

/** Each tenant's pattern configuration: a view on what holds of the rules `freight.pattern.*`, which are its only home. */
export class PatternConfigs {
  readonly #rules: Rules

  constructor(rules: Rules) {
    this.#rules = rules
  }

  /** What holds for the tenant now, wherever it comes from. */
  get(tenantId: string): Promise<PatternConfig> {
    return read(this.#rules, tenantId)
  }

  /**
   * Has these settings hold for the caller's tenant from now on, by a rule for each that differs from what holds; if nothing has
   * changed since `version` was read.
   * @throws {ConfigChangedError} FREIGHT_CONFIG_CHANGED
   */
  put(caller: Caller, settings: PatternSettings, version: number): Promise<PatternConfig> {
    return this.#rules.together(async (rules) => {
      const { version: current, ...now } = await read(rules, caller.tenantId)
      if (current !== version) throw new ConfigChangedError(version, current)
      for (const { name, value } of differencesOf(now, settings)) await rules.create(caller, { name, value })
      return read(rules, caller.tenantId)
    })
  }
}

async function read(rules: Rules, tenantId: string): Promise<PatternConfig> {
  const asked = { name: ALL, at: await rules.now() }
  const inForce = await rules.effective(tenantId, asked)
  const values = new Map(inForce.map(({ name, value }) => [name, value]))
  const settings = readSettings(<Value>({ name }: Rule<Value>) => values.get(name) as Value)
  return { ...settings, version: await rules.countChanges(tenantId, asked) }
}

function differencesOf(before: PatternSettings, after: PatternSettings): { name: string; value: unknown }[] {
  const names = Object.entries<AnyRule>(patternRules) as [keyof PatternSettings, AnyRule][]
  return names.flatMap(([setting, { name }]) =>
    before[setting] === after[setting] ? [] : [{ name, value: after[setting] }],
  )
}
