import { Option, type Command } from 'commander'

import { JOB_STATES, type JobView } from '../../queue/index.js'
import type { Builders } from '../app.js'
import { connect, readJson, refuseMissingData } from '../connect.js'
import { table } from '../table.js'
import { wholeNumber } from '../whole-number.js'

interface ListOptions {
  state?: string
  name?: string
  queue?: string
  limit: number
  json?: true
}

export function addJobs(program: Command, builders: Builders): void {
  program
    .command('jobs')
    .description('Look at jobs.')
    .command('list')
    .description('List jobs, newest first.')
    .addOption(new Option('--state <state>', 'only in this state').choices(JOB_STATES))
    .option('--name <name>', 'only of this definition, such as freight.analyze-patterns')
    .option('--queue <queue>', 'only of this queue')
    .option('--limit <n>', 'at most this many, up to 200', wholeNumber(1, 200), 20)
    .option('--json', 'as JSON, for programs')
    .action((options: ListOptions) => listJobs(options, builders))
}

async function listJobs({ json, limit, ...filter }: ListOptions, builders: Builders): Promise<void> {
  const config = builders.readConfig()
  await refuseMissingData(config)
  const connection = await connect(config, builders)
  try {
    const query = new URLSearchParams({ ...filter, limit: String(limit) })
    const { items } = await readJson<{ items: JobView[] }>(connection, `/jobs?${query}`)
    process.stdout.write(`${json ? JSON.stringify(items, null, 2) : describe(items)}\n`)
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
