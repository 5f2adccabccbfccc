import { Option, type Command } from 'commander'

import { addApiCommand, type ApiCommand } from '../api-command.js'
import { at, type ApiClient } from '../api-client.js'
import type { Builders } from '../app.js'
import { instantFrom } from '../instant-from.js'
import { listCommand } from '../list-command.js'
import { table, type Cell } from '../table.js'

/** As the API tells it. */
interface ToldRule {
  readonly id: string
  readonly rule_name: string
  readonly rule_value: unknown
  readonly effective_from: string
  readonly effective_until: string | null
  readonly status: string
  readonly activated_at: string | null
  readonly scope: string
  readonly author: string
}

interface Effective {
  readonly rule_name: string
  readonly rule_value: unknown
  readonly source: string
  readonly why: string
}

interface Upcoming {
  readonly at: string
  readonly rule_name: string
  readonly before: Effective
  readonly after: Effective
}

interface Declared {
  readonly rule_name: string
  readonly takes: string
  readonly default: unknown
  readonly unit: string | null
  readonly description: string
}

interface SetOptions {
  readonly from?: string
  readonly until?: string
  readonly category?: string
  readonly draft?: true
  readonly allTenants?: true
}

const NAME = 'freight.pattern.min_frequency, or freight.* for several'

const COLUMNS: Readonly<Record<string, (rule: ToldRule) => Cell>> = {
  ID: ({ id }) => id,
  RULE: ({ rule_name: name }) => name,
  VALUE: ({ rule_value: value }) => JSON.stringify(value),
  SCOPE: ({ scope }) => scope,
  STATUS: ({ status }) => status,
  FROM: (rule) => rule.effective_from,
  UNTIL: (rule) => rule.effective_until,
  AUTHOR: ({ author }) => author,
}

const cellsOf = (rule: ToldRule) => Object.values(COLUMNS).map((cell) => cell(rule))

const list = listCommand<{ name?: string; status?: string; category?: string }, ToldRule>({
  things: 'rules',
  summary: 'List the rules that were made, the newest first.',
  filters: [
    new Option('--name <name>', `only of ${NAME}`),
    new Option('--status <status>', 'only in this state').choices(['draft', 'active', 'revoked']),
    new Option('--category <category>', 'only of this category'),
  ],
  path: '/rules',
  query: ({ name, status, category }) => ({ name, status, category }),
  columns: COLUMNS,
})

const effective: ApiCommand<{ at?: string }, readonly Effective[]> = {
  usage: 'effective [name]',
  summary: 'Tell which value each setting has, and why.',
  options: [new Option('--at <when>', 'then, not now: 90d, or an instant').argParser(instantFrom)],
  act: async (api, options, name?: string) =>
    (await api.get<{ items: Effective[] }>('/rules/effective', { name, at: options.at })).items,
  describe: (settings) =>
    table(
      ['RULE', 'VALUE', 'FROM', 'WHY'],
      settings.map((set) => [set.rule_name, JSON.stringify(set.rule_value), set.source, set.why]),
      { isLastWhole: true },
    ),
}

const declared: ApiCommand<object, readonly Declared[]> = {
  usage: 'declared',
  summary: 'List all that can be set, with what it takes.',
  act: async (api) => (await api.get<{ items: Declared[] }>('/rules/declared')).items,
  describe: (all) =>
    table(
      ['RULE', 'TAKES', 'DEFAULT', 'UNIT', 'WHAT'],
      all.map((rule) => [
        ...[rule.rule_name, rule.takes, JSON.stringify(rule.default), rule.unit, rule.description],
      ]),
      { isLastWhole: true },
    ),
}

const upcoming: ApiCommand<{ until?: string }, readonly Upcoming[]> = {
  usage: 'upcoming [name]',
  summary: 'Tell what will change by itself, as windows begin and end.',
  options: [new Option('--until <when>', 'up to then: 90d, or an instant').argParser(instantFrom)],
  act: async (api, { until }, name?: string) =>
    (await api.list<Upcoming>('/rules/upcoming', { name, until }, { limit: 200, all: true })).items,
  describe: (changes) =>
    changes.length === 0
      ? 'Nothing changes by itself.'
      : table(
          ['AT', 'RULE', 'BEFORE', 'AFTER', 'WHY'],
          changes.map((change) => [
            ...[change.at, change.rule_name, JSON.stringify(change.before.rule_value)],
            ...[JSON.stringify(change.after.rule_value), change.after.why],
          ]),
          { isLastWhole: true },
        ),
}

const set: ApiCommand<SetOptions, ToldRule> = {
  usage: 'set <name> <value>',
  summary: 'Give a setting another value, from now on or for a time.',
  options: [
    new Option('--from <when>', 'from then on: 2h, or an instant').argParser(instantFrom),
    new Option('--until <when>', 'no longer than that: 8h, or an instant').argParser(instantFrom),
    new Option('--category <category>', 'to find it again by'),
    new Option('--draft', 'to be looked at first: it counts once it is activated'),
    new Option('--all-tenants', 'for all tenants, not just this one; owners only'),
  ],
  act: (api, options, name: string, value: string) =>
    api.post<ToldRule>('/rules', {
      rule_name: name,
      rule_value: value,
      rule_category: options.category,
      effective_from: options.from,
      effective_until: options.until,
      ...(options.draft && { status: 'draft' }),
      ...(options.allTenants && { scope: 'instance' }),
    }),
  describe: (rule) =>
    `${rule.rule_name} is ${JSON.stringify(rule.rule_value)} from ${countsFrom(rule)}${
      rule.effective_until === null ? '' : ` until ${rule.effective_until}`
    }${rule.status === 'draft' ? ', once it is activated' : ''}: rule ${rule.id}.`,
}

/** Nothing counts before it was activated, whatever its window says. Instants of the API sort as texts do. */
function countsFrom({ effective_from: from, activated_at: activatedAt }: ToldRule): string {
  return activatedAt !== null && activatedAt > from ? activatedAt : from
}

export function addRules(program: Command, builders: Builders): void {
  const rules = program
    .command('rules')
    .description('Look at settings that change without a deployment, and set them.')
  addApiCommand(rules, builders, list)
  addApiCommand(rules, builders, declared)
  addApiCommand(rules, builders, effective)
  addApiCommand(rules, builders, upcoming)
  addApiCommand(rules, builders, set)
  addApiCommand(rules, builders, {
    usage: 'activate <id>',
    summary: 'Let a draft take force, now or when its window begins.',
    act: (api: ApiClient, _options: object, id: string) => api.post<ToldRule>(at`/rules/${id}/activate`),
    describe: ({ rule_name: name, id }) => `The rule ${id} of ${name} is active.`,
  })
  addApiCommand(rules, builders, {
    usage: 'revoke <id>',
    summary: 'Take a rule back; what it had beaten holds again.',
    act: (api: ApiClient, _options: object, id: string) => api.post<ToldRule>(at`/rules/${id}/revoke`),
    describe: ({ rule_name: name, id }) => `The rule ${id} of ${name} is revoked.`,
  })
  addApiCommand(rules, builders, {
    usage: 'history <name>',
    summary: 'List all that was ever set for one name, the newest first.',
    act: (api: ApiClient, _options: object, name: string) =>
      api.list<ToldRule>('/rules/history', { name }, { limit: 200, all: true }),
    describe: ({ items }) =>
      items.length === 0 ? 'Nothing was ever set.' : table(Object.keys(COLUMNS), items.map(cellsOf)),
    toJson: ({ items }) => items,
  })
}
