import { Option, type Command } from 'commander'

import type { QueueView } from '../../queue/index.js'
import { addApiCommand } from '../api-command.js'
import { at } from '../api-client.js'
import type { Builders } from '../app.js'
import { table } from '../table.js'

interface Scope {
  readonly allTenants?: true
}

/** Who keeps it paused still, if anybody does. */
interface Resumed {
  readonly queue: string
  readonly paused: boolean
  readonly by: string | null
  readonly reason: string | null
}

const OF_ALL = new Option('--all-tenants', 'for all tenants, not just this one; owners only')

function scopeOf(allTenants: true | undefined): string {
  return allTenants ? '?scope=all' : ''
}

export function addQueues(program: Command, builders: Builders): void {
  const queues = program.command('queues').description('Look at queues, pause them and let them go on.')
  addApiCommand(queues, builders, {
    usage: 'list',
    summary: 'Count the open and dead jobs of each queue.',
    act: async (api) => (await api.get<{ items: QueueView[] }>('/queues')).items,
    describe: describeQueues,
  })
  addApiCommand(queues, builders, {
    usage: 'pause <name>',
    summary: 'Let no job of a queue begin; those that run go on.',
    options: [new Option('--reason <text>', 'why, for whoever wonders'), OF_ALL],
    act: (api, { reason, allTenants }: Scope & { reason?: string }, name: string) =>
      api.post<{ queue: string }>(at`/queues/${name}/pause` + scopeOf(allTenants), { reason }),
    describe: ({ queue }) => `The queue ${queue} is paused.`,
  })
  addApiCommand(queues, builders, {
    usage: 'resume <name>',
    summary: 'Let the jobs of a paused queue begin again.',
    options: [OF_ALL],
    act: (api, { allTenants }: Scope, name: string) =>
      api.post<Resumed>(at`/queues/${name}/resume` + scopeOf(allTenants)),
    describe: ({ queue, paused, by, reason }) =>
      paused ? `The queue ${queue} is still paused by ${by}: ${reason}` : `The queue ${queue} goes on.`,
  })
}

const COUNTS = ['waiting', 'running', 'scheduled', 'blocked', 'held', 'dead'] as const

function describeQueues(queues: readonly QueueView[]): string {
  const rows = queues.map(({ queue, atLeast, paused, ...counts }) => [
    queue,
    ...COUNTS.map((state) => (atLeast.includes(state) ? `${counts[state]}+` : counts[state])),
    paused && `by ${paused.by}: ${paused.reason}`,
  ])
  return table(['QUEUE', ...COUNTS.map((state) => state.toUpperCase()), 'PAUSED'], rows)
}
