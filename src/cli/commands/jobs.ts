import { Option, type Command } from 'commander'

import type { Explanation, JobState } from '../../queue/index.js'
import { addApiCommand } from '../api-command.js'
import { at } from '../api-client.js'
import type { Builders } from '../app.js'
import { describeJob, JOB_COLUMNS, type ToldJob } from '../describe-job.js'
import { listCommand } from '../list-command.js'

/** Not the engine's own list, which would load the engine for a help text; the compiler compares them. */
const STATES = Object.keys({
  scheduled: true,
  blocked: true,
  held: true,
  waiting: true,
  running: true,
  done: true,
  cancelled: true,
  dead: true,
} satisfies Record<JobState, true>)

interface Filters {
  readonly state?: string
  readonly name?: string
  readonly queue?: string
  readonly subject?: string
}

const list = listCommand<Filters, ToldJob>({
  things: 'jobs',
  summary: 'List jobs, newest first.',
  filters: [
    new Option('--state <state>', 'only in this state').choices(STATES),
    new Option('--name <name>', 'only of this definition, such as freight.analyze-patterns'),
    new Option('--queue <queue>', 'only of this queue'),
    new Option('--subject <kind:id>', 'only about this business object, such as customer:42'),
  ],
  path: '/jobs',
  query: ({ state, name, queue, subject }) => ({ state, name, queue, subject }),
  columns: JOB_COLUMNS,
})

export function addJobs(program: Command, builders: Builders): void {
  const jobs = program.command('jobs').description('Look at jobs, run them again, cancel them.')
  addApiCommand(jobs, builders, list)
  addApiCommand(jobs, builders, {
    usage: 'show <id>',
    summary: 'Show all of one job: its payload, attempts, result and error.',
    act: (api, _options, id: string) => api.get<ToldJob>(at`/jobs/${id}`),
    describe: describeJob,
  })
  addApiCommand(jobs, builders, {
    usage: 'retry <id>',
    summary: 'Run a dead, cancelled or scheduled job now.',
    act: (api, _options, id: string) => api.post<ToldJob>(at`/jobs/${id}/retry`),
    describe: ({ id, state }) => `The job ${id} is ${state}.`,
  })
  addApiCommand(jobs, builders, {
    usage: 'cancel <id>',
    summary: 'Cancel a job; a running one is told to stop.',
    act: (api, _options, id: string) => api.delete<ToldJob>(at`/jobs/${id}`),
    describe: ({ id, state }) =>
      state === 'running' ? `The job ${id} is told to stop.` : `The job ${id} is ${state}.`,
  })
  addApiCommand(jobs, builders, {
    usage: 'explain <id>',
    summary: 'Say why a job does not run, and when it will.',
    act: (api, _options, id: string) => api.get<Explanation>(at`/jobs/${id}/explain`),
    describe: ({ sentence }) => sentence,
  })
}
