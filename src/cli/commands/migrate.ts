import type { Command } from 'commander'

import type { StepStatus } from '../../database/index.js'
import { ApiClient } from '../api-client.js'
import type { Builders } from '../app.js'
import { connect, isServed, readWanted, refuseMissingData, type ApiOptions } from '../connect.js'
import { SaidAlready } from '../exit-code.js'
import { refuseOptions } from '../refuse-options.js'
import { table } from '../table.js'

export function addMigrate(program: Command, builders: Builders): void {
  program
    .command('migrate')
    .description('Bring the database up to date. (Starting does this as well.)')
    .option('--status', 'only tell what is applied and what waits; exit code 5 if anything does')
    .action(async ({ status }: { status?: true }, command: Command) => {
      const options = command.optsWithGlobals<ApiOptions>()
      if (status) return tellStatus(builders, options)
      refuseOptions('url', 'key')(command)
      return bringUpToDate(builders, options)
    })
}

async function bringUpToDate(
  { readConfig, openDatabase, loadSchema }: Builders,
  { json }: ApiOptions,
): Promise<void> {
  const database = await openDatabase(await readConfig())
  const say = (text: string) => process.stdout.write(json ? '' : `${text}\n`)
  try {
    const { migrate } = await import('../../database/index.js')
    const applied = await migrate(database, await loadSchema(), {
      onApplied: (step, waiting) => say(`Applied ${step}${waiting > 0 ? `; ${waiting} more wait` : ''}.`),
    })
    say('Up to date.')
    if (json) process.stdout.write(`${JSON.stringify({ applied }, null, 2)}\n`)
  } finally {
    await database.close()
  }
}

async function tellStatus(builders: Builders, options: ApiOptions): Promise<void> {
  const steps = await readSteps(builders, options)
  process.stdout.write(`${options.json ? JSON.stringify(steps, null, 2) : describe(steps)}\n`)
  if (steps.some(({ state }) => state !== 'applied')) throw new SaidAlready(5)
}

async function readSteps(builders: Builders, options: ApiOptions): Promise<readonly StepStatus[]> {
  const wanted = await readWanted(builders, options)
  if (await isServed(wanted)) {
    const api = new ApiClient(await connect(wanted, builders))
    return (await api.get<{ items: StepStatus[] }>('/migrations')).items
  }
  await refuseMissingData(wanted)
  const { instance, close } = await builders.openInstance(wanted)
  return instance.steps().finally(close)
}

function describe(steps: readonly StepStatus[]): string {
  const rows = steps.map(({ part, number, name, state, appliedAt }) => [
    `${part}/${number}-${name}`,
    state,
    appliedAt && new Date(appliedAt).toISOString(),
  ])
  const applied = steps.filter(({ state }) => state === 'applied').length
  return `${table(['MIGRATION', 'STATE', 'APPLIED AT'], rows)}\n${applied} of ${steps.length} are applied.`
}
