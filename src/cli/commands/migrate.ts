import type { Command } from 'commander'

import { migrate } from '../../database/index.js'
import type { Builders } from '../app.js'

export function addMigrate(program: Command, { readConfig, openDatabase, schema }: Builders): void {
  program
    .command('migrate')
    .description('Bring the database up to date. (Starting does this as well.)')
    .action(async () => {
      const database = await openDatabase(readConfig())
      try {
        const applied = await migrate(database, schema)
        process.stdout.write(
          applied.length > 0 ? `Applied:\n${applied.map((name) => `  ${name}\n`).join('')}` : 'Up to date.\n',
        )
      } finally {
        await database.close()
      }
    })
}
