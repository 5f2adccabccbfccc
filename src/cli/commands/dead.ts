import { Option, type Command } from 'commander'

import type { BulkAnswer } from '../../queue/index.js'
import { addApiCommand } from '../api-command.js'
import { at, type ApiClient } from '../api-client.js'
import type { Builders } from '../app.js'
import { CliError } from '../cli-error.js'
import { JOB_COLUMNS, type ToldJob } from '../describe-job.js'
import { listCommand } from '../list-command.js'

interface Filters {
  readonly name?: string
  readonly queue?: string
}

const FILTERS = [
  new Option('--name <name>', 'only of this definition'),
  new Option('--queue <queue>', 'only of this queue'),
]

const list = listCommand<Filters, ToldJob>({
  things: 'dead jobs',
  summary: 'List the jobs that failed for good, newest first.',
  filters: FILTERS,
  path: '/jobs',
  query: ({ name, queue }) => ({ state: 'dead', name, queue }),
  columns: {
    ID: JOB_COLUMNS['ID'] ?? (() => ''),
    NAME: ({ name }) => name,
    QUEUE: ({ queue }) => queue,
    ATTEMPT: ({ attempt, maxAttempts }) => `${attempt}/${maxAttempts}`,
    DIED: ({ finishedAt }) => finishedAt,
    ERROR: ({ error }) => error && `${error.code}: ${error.message}`,
  },
})

export function addDead(program: Command, builders: Builders): void {
  const dead = program.command('dead').description('Look at jobs that failed for good, and replay them.')
  addApiCommand(dead, builders, list)
  addApiCommand(dead, builders, {
    usage: 'replay [id]',
    summary: 'Run one dead job again, or with --all all that match.',
    options: [
      new Option('--all', 'all of them, or all that the filters leave'),
      ...FILTERS,
      new Option('--dry-run', 'with --all: only count them'),
    ],
    act: replay,
    describe: (answer) => answer.sentence,
    toJson: ({ answer }) => answer,
  })
}

interface ReplayOptions extends Filters {
  readonly all?: true
  readonly dryRun?: boolean
}

async function replay(
  api: ApiClient,
  { all, dryRun = false, name, queue }: ReplayOptions,
  id?: string,
): Promise<{ answer: unknown; sentence: string }> {
  refuseUnclear(id, all, dryRun || name !== undefined || queue !== undefined)
  if (id !== undefined) {
    const answer = await api.post<ToldJob>(at`/jobs/${id}/retry`)
    return { answer, sentence: `The job ${id} is ${answer.state}.` }
  }
  const filter = { state: 'dead', name, queue }
  const answer = await api.post<BulkAnswer>('/jobs/bulk-operations', { action: 'retry', filter, dryRun })
  return { answer, sentence: describe(answer) }
}

/** Which ones are meant has to be said: the one of that id, or all. */
function refuseUnclear(id: string | undefined, all: true | undefined, narrows: boolean): void {
  if (id === undefined && !all)
    throw new CliError('CLI_WHICH_ONES', 'Say which dead jobs: name the id of one, or add --all.')
  if (id !== undefined && (all || narrows))
    throw new CliError(
      'CLI_WHICH_ONES',
      'An id names one job: leave out --all, --name, --queue and --dry-run.',
    )
}

function describe({ count, isAtLeast, jobId }: BulkAnswer): string {
  const jobs = `${isAtLeast ? 'at least ' : ''}${count} dead job${count === 1 ? '' : 's'}`
  return jobId === null ? `This would replay ${jobs}.` : `The job ${jobId} replays ${jobs}.`
}
