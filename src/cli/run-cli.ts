import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

import { isHttpAddress } from '../http-address.js'
import type { Builders } from './app.js'
import { addBackup } from './commands/backup.js'
import { addDead } from './commands/dead.js'
import { addDemo } from './commands/demo.js'
import { addDoctor } from './commands/doctor.js'
import { addImport } from './commands/import.js'
import { addJobs } from './commands/jobs.js'
import { addKeys } from './commands/keys.js'
import { addMails } from './commands/mails.js'
import { addMigrate } from './commands/migrate.js'
import { addRestore } from './commands/restore.js'
import { addQueues } from './commands/queues.js'
import { addRules } from './commands/rules.js'
import { addSchedules } from './commands/schedules.js'
import { addServe } from './commands/serve.js'
import { addUsers } from './commands/users.js'
import { addWebhooks } from './commands/webhooks.js'
import { addWork } from './commands/work.js'
import { exitCodeOf, SaidAlready } from './exit-code.js'
import { explain } from './explain.js'

const COMMANDS = [
  addServe,
  addWork,
  addDemo,
  addMigrate,
  addImport,
  addJobs,
  addQueues,
  addSchedules,
  addDead,
  addRules,
  addMails,
  addWebhooks,
  addUsers,
  addKeys,
  addBackup,
  addRestore,
  addDoctor,
]

/** All commands, not yet run. */
export function createProgram(builders: Builders): Command {
  const program = new Command('linehaul')
    .description('Durable background jobs for companies that move goods.')
    .version(builders.version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addOption(
      new Option(
        '--url <url>',
        'the Linehaul to act on (LINEHAUL_URL; else the one with these data)',
      ).argParser(address),
    )
    .option('--key <key>', 'the API key to act with (LINEHAUL_API_KEY, which no list of processes shows)')
    .option('--json', 'answer with one JSON value, for programs')
  for (const add of COMMANDS) add(program, builders)
  return program
}

/** Runs one command line. Anything that goes wrong is one sentence on the standard error. @returns the exit code. */
export async function runCli(argv: readonly string[], builders: Builders): Promise<number> {
  try {
    await createProgram(builders).parseAsync(argv)
    return 0
  } catch (error) {
    // These have said what is wrong themselves.
    const isSaid = error instanceof CommanderError || error instanceof SaidAlready
    if (!isSaid) process.stderr.write(`${explain(error)}\n`)
    return exitCodeOf(error)
  }
}

function address(text: string): string {
  if (isHttpAddress(text)) return text
  throw new InvalidArgumentError('Write an address such as https://linehaul.example.')
}
