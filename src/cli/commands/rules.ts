import type { Command } from 'commander'

import { addApiCommand } from '../api-command.js'
import type { ApiClient } from '../api-client.js'
import type { Builders } from '../app.js'
import { CliError } from '../cli-error.js'
import { table } from '../table.js'

/** What a tenant sets for itself, by name. */
type Rules = Readonly<Record<string, unknown>>

const PATH = '/pattern-config'

export function addRules(program: Command, builders: Builders): void {
  const rules = program.command('rules').description('Look at what a tenant sets for itself, and set it.')
  addApiCommand(rules, builders, {
    usage: 'list',
    summary: 'List all rules and their values.',
    act: async (api) => (await read(api)).rules,
    describe: (rules) =>
      table(
        ['RULE', 'VALUE'],
        Object.entries(rules).map(([name, value]) => [name, JSON.stringify(value)]),
      ),
  })
  addApiCommand(rules, builders, {
    usage: 'effective <name>',
    summary: 'Tell the value that a rule has now.',
    act: async (api, _options, name: string) => valueOf((await read(api)).rules, name),
    describe: (value) => JSON.stringify(value),
  })
  addApiCommand(rules, builders, {
    usage: 'set <name> <value>',
    summary: 'Give a rule another value.',
    act: set,
    describe: ({ name, before, value }) => `${name}: ${JSON.stringify(before)} -> ${JSON.stringify(value)}`,
  })
}

async function set(api: ApiClient, _options: object, name: string, text: string) {
  const { rules, version } = await read(api)
  const before = valueOf(rules, name)
  const answer = await api.put<Rules>(PATH, { ...rules, [name]: parse(text), version })
  return { name, before, value: answer[name] }
}

async function read(api: ApiClient): Promise<{ rules: Rules; version: unknown }> {
  const { version, ...rules } = await api.get<Rules>(PATH)
  return { rules, version }
}

function valueOf(rules: Rules, name: string): unknown {
  if (Object.hasOwn(rules, name)) return rules[name]
  throw new CliError(
    'CLI_UNKNOWN_RULE',
    `There is no rule ${name}. There are ${Object.keys(rules).join(', ')}.`,
  )
}

/** `true`, `0.7` and `"text"` are meant as JSON has them; what is none is a text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
