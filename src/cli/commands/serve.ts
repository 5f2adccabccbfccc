import type { Command } from 'commander'

import type { Config } from '../../config.js'
import type { Duration } from '../../time/index.js'
import type { App, Builders } from '../app.js'
import { removeLocalKey, writeLocalKey } from '../local-key.js'
import { refuseOptions } from '../refuse-options.js'
import { untilSignal } from '../until-signal.js'

export function addServe(program: Command, { readConfig, openApp }: Builders): void {
  program
    .command('serve')
    .description('Serve the API and run jobs, until Ctrl-C.')
    .hook('preAction', refuseOptions('url', 'key', 'json'))
    .addHelpText('after', ENVIRONMENT)
    .action(async () => {
      const config = await readConfig()
      const opening = () => {
        if (config.databaseUrl === undefined)
          process.stdout.write(`Opening the embedded database in ${config.dataDir} …\n`)
      }
      const open = () => openApp(config, opening)
      await serve(open, config, async (_app, url) => {
        process.stdout.write(
          `Linehaul listens on ${url} (API documentation: ${url}/api/docs)\n${describeData(config)}\n`,
        )
      })
    })
}

/** How long running jobs may take to end once the process is told to stop. */
const GRACE = '20s'

const ENVIRONMENT = `
Environment:
  HOST, PORT           where to listen (127.0.0.1:3000)
  LINEHAUL_DATA_DIR    folder of the embedded database (.linehaul)
  DATABASE_URL         a PostgreSQL server to use instead
  LINEHAUL_API_KEY     the first API key (drawn at random and printed once)`

/** Opens, listens, works, tells, and stops cleanly at a signal, also one that comes early, or at an error on the way. */
export async function serve(
  open: () => Promise<App>,
  config: Config,
  onReady: (app: App, url: string) => Promise<void>,
): Promise<void> {
  let isStopped = false
  const stopped = untilSignal().finally(() => (isStopped = true))
  const app = await open()
  let grace: Duration = GRACE
  try {
    if (!isStopped) await begin(app, config, stopped, onReady)
    const reason = await Promise.race([stopped, app.broken])
    if (reason instanceof Error) throw reason
    process.stdout.write(`${reason}: letting running jobs end …\n`)
  } catch (error) {
    grace = '0ms'
    throw error
  } finally {
    if (config.databaseUrl === undefined) await removeLocalKey(config.dataDir)
    await app.close(grace)
  }
  process.stdout.write('Stopped.\n')
}

async function begin(
  app: App,
  config: Config,
  stopped: Promise<unknown>,
  onReady: (app: App, url: string) => Promise<void>,
): Promise<void> {
  const { EmbeddedDatabase } = await import('../../database/index.js')
  const url = await app.listen(config)
  if (app.database instanceof EmbeddedDatabase) {
    await writeLocalKey(config.dataDir, app.localSecret)
    app.database.announce(url)
  }
  await app.work()
  const key = await app.makeFirstKey()
  if (key) process.stdout.write(`First API key, shown only this once: ${key}\n`)
  await Promise.race([onReady(app, url), stopped])
  const warning = await app.warn()
  if (warning) process.stdout.write(`${warning}\n`)
  process.stdout.write('Press Ctrl-C to stop.\n')
}

function describeData({ databaseUrl, dataDir }: Config): string {
  if (databaseUrl !== undefined)
    return `Data: PostgreSQL, ${new URL(databaseUrl).pathname.slice(1)} at ${new URL(databaseUrl).host}`
  return `Data: embedded database in ${dataDir} (survives a crash of the process, not a power cut; set DATABASE_URL for that)`
}
