import { Option, type Command } from 'commander'

import type { Explanation, JobState, JobView } from '../../queue/index.js'
import type { Builders } from '../app.js'
import { connect, readJson, refuseMissingData } from '../connect.js'
import { table } from '../table.js'
import { wholeNumber } from '../whole-number.js'

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

interface ListOptions {
  state?: string
  name?: string
  queue?: string
  subject?: string
  limit: number
  json?: true
}

export function addJobs(program: Command, builders: Builders): void {
  const jobs = program.command('jobs').description('Look at jobs.')
  jobs
    .command('list')
    .description('List jobs, newest first.')
    .addOption(new Option('--state <state>', 'only in this state').choices(STATES))
    .option('--name <name>', 'only of this definition, such as freight.analyze-patterns')
    .option('--queue <queue>', 'only of this queue')
    .option('--subject <kind:id>', 'only about this business object, such as customer:42')
    .option('--limit <n>', 'at most this many, up to 200', wholeNumber(1, 200), 20)
    .option('--json', 'as JSON, for programs')
    .action((options: ListOptions) => listJobs(options, builders))
  jobs
    .command('explain <id>')
    .description('Say why a job does not run, and when it will.')
    .option('--json', 'as JSON, for programs')
    .action((id: string, options: { json?: true }) => explainJob(id, options, builders))
}

async function listJobs({ json, limit, ...filter }: ListOptions, builders: Builders): Promise<void> {
  const query = new URLSearchParams({ ...filter, limit: String(limit) })
  const { items } = await read<{ items: JobView[] }>(`/jobs?${query}`, builders)
  process.stdout.write(`${json ? JSON.stringify(items, null, 2) : describe(items)}\n`)
}

async function explainJob(id: string, { json }: { json?: true }, builders: Builders): Promise<void> {
  const answer = await read<Explanation>(`/jobs/${encodeURIComponent(id)}/explain`, builders)
  process.stdout.write(`${json ? JSON.stringify(answer, null, 2) : answer.sentence}\n`)
}

async function read<Answer>(path: string, builders: Builders): Promise<Answer> {
  const config = await builders.readConfig()
  await refuseMissingData(config)
  const connection = await connect(config, builders)
  try {
    return await readJson<Answer>(connection, path)
  } finally {
    await connection.close()
  }
}

function describe(jobs: readonly JobView[]): string {
  if (jobs.length === 0) return 'No jobs.'
  const rows = jobs.map(({ id, name, queue, state, attempt, maxAttempts, runAt, error }) => [
    id,
    name,
    queue,
    state,
    `${attempt}/${maxAttempts}`,
    String(runAt),
    error?.message ?? '',
  ])
  return table(['ID', 'NAME', 'QUEUE', 'STATE', 'ATTEMPT', 'RUN AT', 'ERROR'], rows)
}
