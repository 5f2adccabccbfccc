import type { Command } from 'commander'

import type { StepStatus } from '../../database/index.js'
import type { Builders } from '../app.js'
import { connect, isServed, readJson } from '../connect.js'
import { table } from '../table.js'

/** What `--status` ends with where not all is applied, so that scripts can tell it from a failure. */
const WAITING = 3

export function addMigrate(program: Command, builders: Builders): void {
  program
    .command('migrate')
    .description('Bring the database up to date. (Starting does this as well.)')
    .option('--status', `only tell what is applied and what waits; exit code ${WAITING} if anything does`)
    .option('--json', 'with --status: as JSON, for programs')
    .action(({ status, json }: { status?: true; json?: true }) =>
      status ? tellStatus(builders, json) : bringUpToDate(builders),
    )
}

async function bringUpToDate({ readConfig, openDatabase, loadSchema }: Builders): Promise<void> {
  const database = await openDatabase(await readConfig())
  try {
    const { migrate } = await import('../../database/index.js')
    const onApplied = (step: string, waiting: number) =>
      process.stdout.write(`Applied ${step}${waiting > 0 ? `; ${waiting} more wait` : ''}.\n`)
    await migrate(database, await loadSchema(), { onApplied })
    process.stdout.write('Up to date.\n')
  } finally {
    await database.close()
  }
}

async function tellStatus(builders: Builders, json: true | undefined): Promise<void> {
  const steps = await readSteps(builders)
  process.stdout.write(`${json ? JSON.stringify(steps, null, 2) : describe(steps)}\n`)
  process.exitCode = steps.every(({ state }) => state === 'applied') ? 0 : WAITING
}

async function readSteps(builders: Builders): Promise<readonly StepStatus[]> {
  const config = await builders.readConfig()
  if (await isServed(config)) {
    const connection = await connect(config, builders)
    return (await readJson<{ items: StepStatus[] }>(connection, '/migrations')).items
  }
  const { instance, close } = await builders.openInstance(config)
  return instance.steps().finally(close)
}

function describe(steps: readonly StepStatus[]): string {
  const rows = steps.map(({ part, number, name, state, appliedAt }) => [
    `${part}/${number}-${name}`,
    state,
    appliedAt === null ? '' : new Date(appliedAt).toISOString(),
  ])
  const applied = steps.filter(({ state }) => state === 'applied').length
  return `${table(['MIGRATION', 'STATE', 'APPLIED AT'], rows)}\n${applied} of ${steps.length} are applied.`
}
