import type { Command } from 'commander'

import type { Builders } from '../app.js'

export function addMigrate(program: Command, builders: Builders): void {
  program
    .command('migrate')
    .description('Bring the database up to date. (Starting does this as well.)')
    .action(() => bringUpToDate(builders))
}

async function bringUpToDate({ readConfig, openDatabase, loadSchema }: Builders): Promise<void> {
  const database = await openDatabase(await readConfig())
  try {
    const { migrate } = await import('../../database/index.js')
    const applied = await migrate(database, await loadSchema())
    process.stdout.write(
      applied.length > 0 ? `Applied:\n${applied.map((name) => `  ${name}\n`).join('')}` : 'Up to date.\n',
    )
  } finally {
    await database.close()
  }
}
