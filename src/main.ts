import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { pino, type Logger } from 'pino'

import { listTenants, makeApiKey, setApiKey } from './access/index.js'
import { createApi } from './api/index.js'
import { runCli, type App } from './cli/index.js'
import { readConfig, type Config } from './config.js'
import { migrate, openEmbedded, PostgresDatabase, type Database } from './database/index.js'
import { createFreight, freightJobs, type FreightNeeds } from './domain/freight/index.js'
import { EventLog } from './events/index.js'
import { Engine } from './queue/index.js'
import { reactTo } from './reactions.js'
import { keeps, schema } from './schema.js'
import { systemClock } from './time/index.js'

/** Runs one command line. @returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return runCli(argv, { readConfig, openDatabase, openApp, schema, version: version() })
}

/** As many as there are attempts at a time, each of which may hold one, and as many again for requests. */
const CONNECTIONS = 20

/** Opens the database that `config` asks for; its schema is left as it is. */
export async function openDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl !== undefined)
    return new PostgresDatabase({ url: config.databaseUrl, maxConnections: CONNECTIONS })
  return openEmbedded({ folder: config.dataDir, onError: logErrors(logTo(config)) })
}

/** Builds the whole product on a migrated database. It serves and works once it is started. */
export async function openApp(config: Config): Promise<App> {
  const logger = logTo(config)
  const database = await openDatabase(config)
  try {
    await migrate(database, schema)
    if (config.apiKey !== undefined) await setApiKey(database, { ...FIRST_KEY, secret: config.apiKey })
    return await assemble(config, database, logger)
  } catch (error) {
    await database.close()
    throw error
  }
}

async function assemble(config: Config, database: Database, logger: Logger): Promise<App> {
  const onError = logErrors(logger)
  const events = new EventLog(
    reactTo(config, (requests, options) => engine.client.enqueueMany(requests, options)),
  )
  const freight = createFreight({ database, events, clock: systemClock })
  const tenants = () => listTenants(database)
  const engine: Engine<FreightNeeds> = new Engine({
    database,
    jobs: freightJobs,
    needs: freight,
    tenants,
    keeps,
    onError,
  })
  const localSecret = randomBytes(32).toString('base64url')
  const services = { database, engine, freight }
  // It would tell where it listens, which the commands say in words of their own.
  const quiet = config.logLevel === 'info' ? logger.child({}, { level: 'warn' }) : logger
  const api = await createApi({ services, version: version(), logger: quiet, localSecret })
  return {
    database,
    engine,
    freight,
    localSecret,
    makeFirstKey: () => makeApiKey(database, FIRST_KEY),
    listen: ({ host, port }) => api.listen({ host, port }),
    work: () => engine.start(),
    async close() {
      // A request that never ends must not keep the others, or the jobs, from stopping.
      const cutOff = systemClock.after(CLOSE_WITHIN_MS, () => api.server.closeAllConnections())
      await Promise.all([api.close(), engine.stop('20s')])
      cutOff()
      await database.close()
    },
  }
}

/** How long requests under way may take to end once the process is told to stop. */
const CLOSE_WITHIN_MS = 5_000

/** The key of the tenant `default` that people begin with. The environment may preset it. */
const FIRST_KEY = { tenantId: 'default', name: 'first' }

/** To the standard error: the standard output belongs to what a command answers. */
function logTo({ logLevel }: Config): Logger {
  return pino({ level: logLevel }, pino.destination(2))
}

function logErrors(logger: Logger): (error: unknown, where?: string) => void {
  return (error, where = 'background') =>
    logger.error({ err: error, where }, 'failed, and will be tried again')
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}
