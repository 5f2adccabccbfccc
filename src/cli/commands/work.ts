import { InvalidArgumentError, type Command } from 'commander'

import { isDuration, type Duration } from '../../time/index.js'
import type { Builders, WorkerApp } from '../app.js'
import { refuseMissingData } from '../connect.js'
import { refuseOptions } from '../refuse-options.js'
import { untilSignal } from '../until-signal.js'
import { wholeNumber } from '../whole-number.js'

const MOST_AT_ONCE = 1_000

interface WorkOptions {
  queues?: readonly string[]
  concurrency: number
  grace: Duration
  port?: number
}

export function addWork(program: Command, builders: Builders): void {
  program
    .command('work')
    .description('Run jobs and serve nothing, until Ctrl-C: any number of these, on any number of hosts.')
    .hook('preAction', refuseOptions('url', 'key', 'json'))
    .option('--queues <names>', 'work only these, with commas between them', names)
    .option('--concurrency <n>', 'most jobs at once', wholeNumber(1, MOST_AT_ONCE), 10)
    .option(
      '--grace <duration>',
      'how long running jobs may take to end once it is told to stop',
      duration,
      '30s',
    )
    .option(
      '--port <n>',
      'tell of its health and its metrics at this port of HOST; 0 takes a free one',
      wholeNumber(0, 65_535),
    )
    .addHelpText('after', ENVIRONMENT)
    .action((options: WorkOptions) => work(options, builders))
}

const ENVIRONMENT = `
Environment:
  DATABASE_URL         the PostgreSQL server whose jobs are run
  LINEHAUL_DATA_DIR    without it: folder of the embedded database, which one process at a time may have open
  HOST                 with --port: where to listen (127.0.0.1)`

async function work({ queues, concurrency, grace, port }: WorkOptions, builders: Builders): Promise<void> {
  const config = await builders.readConfig()
  await refuseMissingData({ ...config, url: undefined })
  const stopped = untilSignal()
  const worker = await builders.openWorker(config, { queues, concurrency })
  let left: Duration = grace
  try {
    const url = port === undefined ? undefined : await worker.listen({ host: config.host, port })
    if (url) process.stdout.write(`Health and metrics at ${url}\n`)
    await worker.work()
    const warning = await worker.warn()
    if (warning) process.stdout.write(`${warning}\n`)
    process.stdout.write(`${describe(worker, concurrency)} Press Ctrl-C to stop.\n`)
    const reason = await Promise.race([stopped, worker.broken])
    if (reason instanceof Error) throw reason
    process.stdout.write(`${reason}: letting running jobs end, for ${grace} at most …\n`)
  } catch (error) {
    left = '0ms'
    throw error
  } finally {
    await worker.close(left)
  }
  process.stdout.write('Stopped.\n')
}

function describe({ queues }: WorkerApp, concurrency: number): string {
  return `Working the queues ${queues.join(', ')}: at most ${concurrency} jobs at once.`
}

function names(text: string): readonly string[] {
  const queues = text.split(',').map((name) => name.trim())
  if (queues.includes(''))
    throw new InvalidArgumentError('Write names with commas between them: critical,pattern.')
  return queues
}

function duration(text: string): Duration {
  if (isDuration(text)) return text
  throw new InvalidArgumentError('Write a duration such as 30s, 5m or 1h.')
}
