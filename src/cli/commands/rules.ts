import { Option, type Command } from 'commander'

import { addApiCommand, type ApiCommand } from '../api-command.js'
import { at, type ApiClient } from '../api-client.js'
import type { Builders } from '../app.js'
import { instantFrom } from '../instant-from.js'
import { listCommand } from '../list-command.js'
import { table, type Cell } from '../table.js'
import { valueOf, type ToldRule, type ToldSetting } from '../told-rule.js'
import { setRule } from './set-rule.js'
import { upcomingRules } from './upcoming-rules.js'

interface Declared {
  readonly rule_name: string
  readonly takes: string
  readonly default: unknown
  readonly unit: string | null
  readonly description: string
}

const NAME = 'freight.pattern.min_frequency, or freight.* for several'

const COLUMNS: Readonly<Record<string, (rule: ToldRule) => Cell>> = {
  ID: ({ id }) => id,
  RULE: ({ rule_name: name }) => name,
  VALUE: valueOf,
  SCOPE: ({ scope }) => scope,
  PHASE: ({ phase }) => phase,
  FROM: (rule) => rule.effective_from,
  UNTIL: (rule) => rule.effective_until,
  AUTHOR: ({ author }) => author,
}

const cellsOf = (rule: ToldRule) => Object.values(COLUMNS).map((cell) => cell(rule))

interface Filters {
  readonly name?: string
  readonly status?: string
  readonly scope?: string
  readonly category?: string
}

const list = listCommand<Filters, ToldRule>({
  things: 'rules',
  summary: 'List the rules that were made, the newest first.',
  filters: [
    new Option('--name <name>', `only of ${NAME}`),
    new Option('--status <status>', 'only in this state').choices(['draft', 'active', 'revoked']),
    new Option('--scope <scope>', 'only those of this tenant, or for all').choices(['tenant', 'instance']),
    new Option('--category <category>', 'only of this category'),
  ],
  path: '/rules',
  query: ({ name, status, scope, category }) => ({ name, status, scope, category }),
  columns: COLUMNS,
})

const effective: ApiCommand<{ at?: string; drafts?: true }, readonly ToldSetting[]> = {
  usage: 'effective [name]',
  summary: 'Tell which value each setting has, and why.',
  options: [
    new Option('--at <when>', 'then, not now: 90d, or an instant').argParser(instantFrom),
    new Option('--drafts', 'as if every draft were activated now'),
  ],
  act: async (api, { at, drafts }, name?: string) =>
    (await api.get<{ items: ToldSetting[] }>('/rules/effective', { name, at, drafts })).items,
  describe: (settings) =>
    table(
      ['RULE', 'VALUE', 'FROM', 'WHY'],
      settings.map((set) => [set.rule_name, valueOf(set), set.source, set.why]),
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

export function addRules(program: Command, builders: Builders): void {
  const rules = program
    .command('rules')
    .description('Look at settings that change without a deployment, and set them.')
  addApiCommand(rules, builders, list)
  addApiCommand(rules, builders, declared)
  addApiCommand(rules, builders, effective)
  addApiCommand(rules, builders, upcomingRules)
  addApiCommand(rules, builders, setRule)
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
