import { Command, CommanderError } from 'commander'

import type { Builders } from './app.js'
import { addBackup } from './commands/backup.js'
import { addDemo } from './commands/demo.js'
import { addDoctor } from './commands/doctor.js'
import { addImport } from './commands/import.js'
import { addJobs } from './commands/jobs.js'
import { addMigrate } from './commands/migrate.js'
import { addRestore } from './commands/restore.js'
import { addServe } from './commands/serve.js'
import { addWork } from './commands/work.js'
import { explain } from './explain.js'

const COMMANDS = [
  ...[addServe, addWork, addDemo, addMigrate, addImport, addJobs],
  ...[addBackup, addRestore, addDoctor],
]

/** Runs one command line. Anything that goes wrong is one sentence on the standard error and exit code 1. */
export async function runCli(argv: readonly string[], builders: Builders): Promise<number> {
  const program = new Command('linehaul')
    .description('Durable background jobs for companies that move goods.')
    .version(builders.version)
    .exitOverride()
  for (const add of COMMANDS) add(program, builders)
  try {
    await program.parseAsync(argv)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode // it has said what is wrong itself
    process.stderr.write(`${explain(error)}\n`)
    return 1
  }
}
