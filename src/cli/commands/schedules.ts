import { Option, type Command } from 'commander'

import { addApiCommand } from '../api-command.js'
import { at } from '../api-client.js'
import type { Builders } from '../app.js'
import { listCommand } from '../list-command.js'
import { wholeNumber } from '../whole-number.js'

/** As the API tells it. */
interface ToldSchedule {
  readonly id: string
  readonly cron: string | null
  readonly timeZone: string | null
  readonly every: string | null
  readonly paused: boolean
  readonly enabled: boolean
  readonly nextAt: string | null
  readonly lastAt: string | null
  readonly declared: string
}

const list = listCommand<{ name?: string }, ToldSchedule>({
  things: 'schedules',
  summary: 'List schedules, by name.',
  filters: [new Option('--name <name>', 'only of this definition, such as freight.analyze-patterns')],
  path: '/schedules',
  query: ({ name }) => ({ type: name }),
  columns: {
    ID: ({ id }) => id,
    WHEN: ({ cron, timeZone, every }) => (cron === null ? `every ${every}` : `${cron} ${timeZone ?? ''}`),
    NEXT: nextOf,
    LAST: ({ lastAt }) => lastAt,
    DECLARED: ({ declared }) => declared,
  },
})

function nextOf({ paused, enabled, nextAt }: ToldSchedule): string | null {
  if (paused) return 'paused'
  return enabled ? nextAt : 'off by a rule'
}

export function addSchedules(program: Command, builders: Builders): void {
  const schedules = program
    .command('schedules')
    .description('Look at what runs by the clock; run, pause and resume it.')
  addApiCommand(schedules, builders, list)
  addApiCommand(schedules, builders, {
    usage: 'run <id>',
    summary: 'Make the jobs of a schedule now, as a tick would.',
    act: (api, _options, id: string) =>
      api.post<{ jobId: string; scheduleId: string }>(at`/schedules/${id}/run`),
    describe: ({ jobId, scheduleId }) => `${scheduleId} runs: job ${jobId}.`,
  })
  addApiCommand(schedules, builders, {
    usage: 'next <id>',
    summary: 'Tell when a schedule ticks next.',
    options: [new Option('--count <n>', 'this many ticks').default(10).argParser(wholeNumber(1, 1_000))],
    act: async (api, { count }: { count: number }, id: string) =>
      (await api.get<{ items: string[] }>(at`/schedules/${id}/preview`, { count })).items,
    describe: (instants) => instants.join('\n') || 'It never ticks again.',
  })
  addApiCommand(schedules, builders, {
    usage: 'pause <id>',
    summary: 'Let a schedule make no jobs; those it has made run on.',
    options: [new Option('--reason <text>', 'why, for whoever wonders')],
    act: (api, { reason }: { reason?: string }, id: string) =>
      api.post<ToldSchedule>(at`/schedules/${id}/pause`, { reason }),
    describe: ({ id }) => `${id} is paused.`,
  })
  addApiCommand(schedules, builders, {
    usage: 'resume <id>',
    summary: 'Let a paused schedule go on with its next tick.',
    act: (api, _options, id: string) => api.post<ToldSchedule>(at`/schedules/${id}/resume`),
    describe: ({ id, enabled, nextAt }) =>
      enabled
        ? `${id} goes on: next at ${nextAt ?? 'no time that is known'}.`
        : `${id} is not paused any more, but a rule keeps it from ticking: linehaul rules effective 'jobs.*.enabled' tells which.`,
  })
}
