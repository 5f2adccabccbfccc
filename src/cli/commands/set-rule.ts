import { Option } from 'commander'

import type { ApiCommand } from '../api-command.js'
import type { ApiClient } from '../api-client.js'
import { RefusedError } from '../cli-error.js'
import { endFrom, instantFrom } from '../instant-from.js'
import { valueOf, type ToldRule, type ToldSetting } from '../told-rule.js'

interface SetOptions {
  readonly from?: string
  readonly until?: string
  readonly category?: string
  readonly draft?: true
  readonly allTenants?: true
}

interface Made {
  readonly rule: ToldRule
  /** What holds from when it counts; `undefined` where that is not known yet, or this key may not see it. */
  readonly setting: ToldSetting | undefined
}

export const setRule: ApiCommand<SetOptions, Made> = {
  usage: 'set <name> <value>',
  summary: 'Give a setting another value, from now on or for a time.',
  options: [
    new Option('--from <when>', 'from then on: 2h, or an instant').argParser(instantFrom),
    new Option('--until <when>', 'no longer than that: 8h, or an instant that lies ahead').argParser(endFrom),
    new Option('--category <category>', 'to find it again by'),
    new Option('--draft', 'to be looked at first: it counts once it is activated'),
    new Option('--all-tenants', 'for all tenants, not just this one; owners only'),
  ],
  async act(api, options, name: string, value: string) {
    const rule = await api.post<ToldRule>('/rules', {
      rule_name: name,
      rule_value: value,
      rule_category: options.category,
      effective_from: options.from,
      effective_until: options.until,
      ...(options.draft && { status: 'draft' }),
      ...(options.allTenants && { scope: 'instance' }),
    })
    return { rule, setting: rule.status === 'draft' ? undefined : await settingOf(api, rule) }
  },
  describe: ({ rule, setting }) => [describeRule(rule, setting), ...describeLimits(rule, setting)].join(' '),
  toJson: ({ rule }) => rule,
}

/** The rule is made by now, whether or not this key may look at what holds. */
async function settingOf(api: ApiClient, rule: ToldRule): Promise<ToldSetting | undefined> {
  try {
    const query = { name: rule.rule_name, at: countsFrom(rule) }
    const { items } = await api.get<{ items: readonly ToldSetting[] }>('/rules/effective', query)
    return items[0]
  } catch (error) {
    if (error instanceof RefusedError) return undefined
    throw error
  }
}

function describeRule(rule: ToldRule, setting: ToldSetting | undefined): string {
  const { id, rule_name: name, effective_until: until } = rule
  const whose = rule.scope === 'instance' ? 'all tenants' : 'this tenant'
  const end = until === null ? ' on' : ` until ${until}`
  const before = setting?.rule?.id === id ? setting.beaten[0] : undefined
  const instead = before === undefined ? '' : `, instead of ${valueOf(before)}`
  const draft = rule.status === 'draft' ? ', once it is activated' : ''
  return `${name} is ${valueOf(rule)} for ${whose} from ${countsFrom(rule)}${end}${instead}${draft}: rule ${id}.`
}

/** Why it does not hold, where it does not. */
function describeLimits(rule: ToldRule, setting: ToldSetting | undefined): string[] {
  if (rule.phase === 'over') return ['It is over already, and never holds.']
  if (setting === undefined || setting.rule?.id === rule.id) return []
  const why = setting.beaten.find(({ rule_id: id }) => id === rule.id)?.why ?? 'Others come before it.'
  return [`But in this tenant ${valueOf(setting)} holds then. ${why}`]
}

/** Nothing counts before it was activated, whatever its window says. Instants of the API sort as texts do. */
function countsFrom({ effective_from: from, activated_at: activatedAt }: ToldRule): string {
  return activatedAt !== null && activatedAt > from ? activatedAt : from
}
