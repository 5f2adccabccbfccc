import type { Command } from 'commander'

import type { Report } from '../../instance/index.js'
import { ApiClient } from '../api-client.js'
import type { Builders } from '../app.js'
import { RefusedError, UnreachableError } from '../cli-error.js'
import { connect, isServed, readWanted, type ApiOptions, type Wanted } from '../connect.js'
import { SaidAlready } from '../exit-code.js'
import { table } from '../table.js'

export function addDoctor(program: Command, builders: Builders): void {
  program
    .command('doctor')
    .description('Look whether all is well, and say what to do if not. Exit code 1 if anything is wrong.')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<ApiOptions>()
      const report = await examine(builders, options)
      process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : describe(report)}\n`)
      if (report.level === 'error') throw new SaidAlready(1)
    })
}

async function examine(builders: Builders, options: ApiOptions): Promise<Report> {
  let config: Wanted
  try {
    config = await readWanted(builders, options)
  } catch (error) {
    return wrong('configuration', error, 'docs/configuration.md tells what can be set.')
  }
  return (await isServed(config)) ? askApi(config, builders) : builders.diagnose(config)
}

async function askApi(config: Wanted, builders: Builders): Promise<Report> {
  try {
    return await new ApiClient(await connect(config, builders)).get<Report>('/doctor')
  } catch (error) {
    if (!isOfProcess(error)) throw error
    return wrong('process', error, 'Look into the log of that process, or start it again.')
  }
}

/** Whether the process is in the way, and not whoever asks it: a key that is not valid says nothing about the process. */
function isOfProcess(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof RefusedError && error.status >= 500)
}

/** A report of one thing that is in the way of looking at all others. */
function wrong(check: string, error: unknown, advice: string): Report {
  const what = error instanceof Error ? error.message.replaceAll(/\n\s*/g, ' ') : String(error)
  return { level: 'error', findings: [{ check, level: 'error', what, advice }] }
}

function describe({ findings }: Report): string {
  const rows = findings.map(({ check, level, what }) => [level, check, what])
  const todo = findings.flatMap(({ check, advice }) => (advice === null ? [] : [`  ${check}: ${advice}`]))
  const answer = table(['LEVEL', 'CHECK', 'FOUND'], rows, { isLastWhole: true })
  return todo.length === 0 ? answer : `${answer}\n\nWhat to do:\n${todo.join('\n')}`
}
