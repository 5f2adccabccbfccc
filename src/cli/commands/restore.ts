import type { Command } from 'commander'

import { systemClock } from '../../time/index.js'
import type { Builders } from '../app.js'
import { refuseOptions } from '../refuse-options.js'

export function addRestore(program: Command, builders: Builders): void {
  program
    .command('restore <file>')
    .description('Put a backup in the place of the embedded database, while nothing runs.')
    .option('--force', 'even if there is a database: it is kept aside')
    .hook('preAction', refuseOptions('url', 'key', 'json'))
    .action((file: string, { force = false }: { force?: boolean }) => restore(file, force, builders))
}

async function restore(file: string, isForced: boolean, { readConfig, loadSchema }: Builders): Promise<void> {
  const { url, databaseUrl, dataDir: folder } = await readConfig()
  const { NotEmbeddedError, restoreBackup } = await import('../../instance/index.js')
  if (url !== undefined || databaseUrl !== undefined) throw new NotEmbeddedError()
  const options = { file, folder, isForced, schema: await loadSchema(), now: systemClock.now() }
  const { manifest, oldIn } = await restoreBackup(options)
  process.stdout.write(
    `${folder} holds again what Linehaul ${manifest.version} held at ${manifest.takenAt}.\n`,
  )
  if (oldIn !== undefined)
    process.stdout.write(`What was there before is in ${oldIn}; delete it once you do not need it.\n`)
}
