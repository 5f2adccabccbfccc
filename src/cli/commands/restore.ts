import type { Command } from 'commander'

import type { Restored } from '../../instance/index.js'
import { systemClock } from '../../time/index.js'
import type { Builders } from '../app.js'
import { CliError } from '../cli-error.js'
import type { ApiOptions } from '../connect.js'
import { refuseOptions } from '../refuse-options.js'

export function addRestore(program: Command, builders: Builders): void {
  program
    .command('restore <file>')
    .description('Put a backup in the place of the embedded database, while nothing runs.')
    .option('--force', 'even if there is a database: it is kept aside')
    .hook('preAction', refuseOptions('url', 'key'))
    .action((file: string, _options: object, command: Command) =>
      restore(file, command.optsWithGlobals(), builders),
    )
}

async function restore(
  file: string,
  { force: isForced = false, json }: ApiOptions & { force?: boolean },
  { readConfig, loadSchema }: Builders,
): Promise<void> {
  const { url, databaseUrl, dataDir: folder } = await readConfig()
  const { NotEmbeddedError, restoreBackup } = await import('../../instance/index.js')
  if (url !== undefined) throw new OnThisMachineError()
  if (databaseUrl !== undefined) throw new NotEmbeddedError()
  const options = { file, folder, isForced, schema: await loadSchema(), now: systemClock.now() }
  const restored = await restoreBackup(options)
  const told = json ? JSON.stringify({ folder, ...restored }, null, 2) : describe(folder, restored)
  process.stdout.write(`${told}\n`)
}

class OnThisMachineError extends CliError {
  constructor() {
    super(
      'CLI_ON_THIS_MACHINE',
      'A backup is restored into a data folder of this machine, never through LINEHAUL_URL. Unset that, and run it where the folder is.',
    )
  }
}

function describe(folder: string, { manifest, oldIn }: Restored): string {
  const done = `${folder} holds again what Linehaul ${manifest.version} held at ${manifest.takenAt}.`
  if (oldIn === undefined) return done
  return `${done}\nWhat was there before is in ${oldIn}; delete it once you do not need it.`
}
