import { InvalidArgumentError, Option, type Command } from 'commander'

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
  path: '/dead-letters',
  query: ({ name, queue }) => ({ type: name, queue }),
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
      new Option('--data <json>', 'with an id: the payload it gets instead').argParser(json),
    ],
    act: replay,
    describe: (answer) => answer.sentence,
    toJson: ({ answer }) => answer,
  })
}

interface ReplayOptions extends Filters {
  readonly all?: true
  readonly dryRun?: boolean
  readonly data?: unknown
}

async function replay(
  api: ApiClient,
  { all, dryRun = false, name, queue, data }: ReplayOptions,
  id?: string,
): Promise<{ answer: unknown; sentence: string }> {
  refuseUnclear(id, all, {
    narrows: dryRun || name !== undefined || queue !== undefined,
    edits: data !== undefined,
  })
  if (id !== undefined) {
    const answer = await api.post<ToldJob>(at`/dead-letters/${id}/replay`, { data })
    return { answer, sentence: `The job ${id} is ${answer.state}.` }
  }
  const answer = await api.post<BulkAnswer>('/dead-letters/replay', { filter: { type: name, queue }, dryRun })
  return { answer, sentence: describe(answer) }
}

/** Which ones are meant has to be said: the one of that id, or all. */
function refuseUnclear(
  id: string | undefined,
  all: true | undefined,
  { narrows, edits }: { narrows: boolean; edits: boolean },
): void {
  if (id === undefined && !all)
    throw new CliError('CLI_WHICH_ONES', 'Say which dead jobs: name the id of one, or add --all.')
  if (id === undefined && edits)
    throw new CliError('CLI_WHICH_ONES', 'One payload is for one job: name its id, and leave out --all.')
  if (id !== undefined && (all || narrows))
    throw new CliError(
      'CLI_WHICH_ONES',
      'An id names one job: leave out --all, --name, --queue and --dry-run.',
    )
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError(`Write JSON, such as '{"customerId":"42"}'.`)
  }
}

function describe({ count, isAtLeast, jobId }: BulkAnswer): string {
  const jobs = `${isAtLeast ? 'at least ' : ''}${count} dead job${count === 1 ? '' : 's'}`
  return jobId === null ? `This would replay ${jobs}.` : `The job ${jobId} replays ${jobs}.`
}
