import { Option } from 'commander'

import type { ApiCommand } from '../api-command.js'
import { endFrom } from '../instant-from.js'
import { table } from '../table.js'
import { valueOf, type ToldChange } from '../told-rule.js'

/** Unless somebody asks for more, or less. */
const AHEAD = '30d'

interface Upcoming {
  readonly until: string
  /** Without those at which another rule takes over that says the same. */
  readonly changes: readonly ToldChange[]
}

export const upcomingRules: ApiCommand<{ until?: string }, Upcoming> = {
  usage: 'upcoming [name]',
  summary: 'Tell what will change by itself within 30 days, as windows begin and end.',
  options: [
    new Option('--until <when>', 'up to then instead: 90d, or an instant that lies ahead').argParser(endFrom),
  ],
  async act(api, { until = endFrom(AHEAD) }, name?: string) {
    const all = { limit: 200, all: true }
    const { items } = await api.list<ToldChange>('/rules/upcoming', { name, until }, all)
    return { until, changes: items.filter(({ before, after }) => valueOf(before) !== valueOf(after)) }
  },
  describe: ({ until, changes }) => {
    if (changes.length === 0)
      return `Nothing changes by itself up to ${until}. With --until it is told of more.`
    return `${tableOf(changes)}\nUp to ${until}. With --until it is told of more.`
  },
  toJson: ({ changes }) => changes,
}

function tableOf(changes: readonly ToldChange[]): string {
  return table(
    ['AT', 'RULE', 'BEFORE', 'AFTER', 'WHY'],
    changes.map(({ at, rule_name: name, before, after }) => [
      ...[at, name, valueOf(before), valueOf(after), after.why],
    ]),
    { isLastWhole: true },
  )
}
