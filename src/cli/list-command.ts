import { Option } from 'commander'

import type { ApiCommand } from './api-command.js'
import type { ApiClient, Listed, Part } from './api-client.js'
import { table, type Cell } from './table.js'
import { wholeNumber } from './whole-number.js'

const MOST = 10_000

interface List<Options, Item> {
  /** In the plural, as in `No jobs.` */
  readonly things: string
  readonly usage?: string
  readonly summary: string
  readonly filters?: readonly Option[]
  /** Made of what stands in the usage, where that takes anything. */
  readonly path: string | ((...parameters: string[]) => string)
  /** What the API is asked for, from the options. */
  query?(options: Options): Record<string, string | undefined>
  readonly columns: Readonly<Record<string, (item: Item) => Cell>>
}

/** A command that shows a list of the API: as a table, or as one JSON array. */
export function listCommand<Options, Item>(
  list: List<Options, Item>,
): ApiCommand<Options & Part, Listed<Item>> {
  return {
    usage: list.usage ?? 'list',
    summary: list.summary,
    options: [
      ...(list.filters ?? []),
      new Option('--limit <n>', `at most this many, up to ${MOST}`)
        .default(20)
        .argParser(wholeNumber(1, MOST)),
      new Option('--all', 'all of them'),
    ],
    act: (api: ApiClient, options, ...parameters) => {
      const path = typeof list.path === 'string' ? list.path : list.path(...parameters)
      return api.list<Item>(path, list.query?.(options) ?? {}, options)
    },
    describe: (listed) => describe(listed, list),
    toJson: ({ items }) => items,
  }
}

function describe<Item>(
  { items, hasMore }: Listed<Item>,
  { things, columns }: Pick<List<never, Item>, 'things' | 'columns'>,
): string {
  if (items.length === 0) return `No ${things}.`
  const rows = items.map((item) => Object.values(columns).map((cell) => cell(item)))
  const more = hasMore ? [`… and more: add --limit ${items.length * 10}, or --all.`] : []
  return [table(Object.keys(columns), rows), ...more].join('\n')
}
