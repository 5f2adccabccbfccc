import { randomBytes } from 'node:crypto'

import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

import { createKeyring, makeApiKey, openAccess, reencrypt, setApiKey } from './access/index.js'
import { buildEngine } from './build-engine.js'
import type { App, InstanceApp, WorkerApp, WorkerOptions } from './cli/index.js'
import { ConfigError, type Config } from './config.js'
import {
  checkWholeSchema,
  EmbeddedDatabase,
  migrate,
  openEmbedded,
  PostgresDatabase,
  type Database,
} from './database/index.js'
import { finishRestore, hasData, removeCopy, type Instance, type Report } from './instance/index.js'
import { logErrors, logLosses, logTo } from './log.js'
import { diagnoseWithout, instanceOn } from './open-instance.js'
import { findRuleProblems } from './rule-problems.js'
import { schema } from './schema.js'
import { servicesOn } from './services-on.js'
import { stopAll } from './stop-all.js'
import { systemClock, toMs, type Duration } from './time/index.js'
import { version } from './version.js'
import { watchProcess } from './watching.js'

/** As many as there are attempts at a time, each of which may hold one, and as many again for requests. */
const CONNECTIONS = 20

/** Opens the database that `config` asks for; its schema is left as it is. */
export async function openDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl !== undefined)
    return new PostgresDatabase({ url: config.databaseUrl, maxConnections: CONNECTIONS })
  await finishRestore(config.dataDir)
  const database = await openEmbedded({ folder: config.dataDir, onError: logErrors(logTo(config)) })
  await removeCopy(config.dataDir) // of a process that was killed while it took a backup
  return database
}

/** For those who run this Linehaul, on a database that is left as it is. */
export async function openInstance(config: Config): Promise<InstanceApp> {
  const database = await openDatabase(config)
  return { instance: instanceOn(config, database, logErrors(logTo(config))), close: () => database.close() }
}

/** Also tells that the database cannot be opened. */
export async function diagnose(config: Config): Promise<Report> {
  if (config.databaseUrl === undefined && !(await hasData(config.dataDir)))
    return diagnoseWithout(config, { fault: `There is no data in ${config.dataDir} yet.`, advice: BEGIN })
  const opened = await openInstance(config).catch((error: Error) => error)
  if (opened instanceof Error) return diagnoseWithout(config, { fault: opened.message })
  return opened.instance.diagnose().finally(opened.close)
}

const BEGIN =
  'Start Linehaul there (`linehaul serve` makes the database), or name the folder that has the data with LINEHAUL_DATA_DIR.'

/**
 * Builds the whole product on a migrated database. It serves and works once it is started.
 * @param opening hears when the database is opened, for that may take a while
 */
export function openApp(config: Config, opening?: () => void): Promise<App> {
  const build = async (database: Database) => {
    await migrate(database, schema)
    await reencrypt(database, createKeyring(config.secrets))
    if (config.apiKey !== undefined) await setApiKey(database, { ...FIRST_KEY, secret: config.apiKey })
    return assemble(config, database, logTo(config))
  }
  return onDatabase(config, build, opening)
}

/**
 * The same for one command, on a database that nobody has open. A server is not this process's alone: its schema and its keys
 * stay as they are, and a schema of another version is refused.
 */
export function openForCommand(config: Config): Promise<App> {
  return onDatabase(config, async (database) => {
    if (config.databaseUrl === undefined) await migrate(database, schema)
    else await checkWholeSchema(database, schema)
    return assemble(config, database, logTo(config))
  })
}

/** Builds what runs jobs, on a database that has to be migrated. */
export function openWorker(config: Config, { queues, concurrency }: WorkerOptions): Promise<WorkerApp> {
  return onDatabase(config, async (database) => {
    await checkWholeSchema(database, schema)
    const logger = logTo(config)
    const watching = await watchProcess(config, logger)
    const settings = { concurrency, ...(queues && { serve: queues }), ...watching.settings }
    const { engine, outgoing, rules } = buildEngine(config, database, logger, settings)
    const watched = { engine, database, rules: rules.cache }
    const instance = instanceOn(config, database, logErrors(logger))
    let api: FastifyInstance | undefined
    await rules.cache.start()
    return {
      async listen({ host, port }) {
        // Loaded here, for most workers tell nobody.
        const { createWatchApi } = await import('./api/index.js')
        api = await createWatchApi({
          services: { instance },
          limits: config.limits,
          logger: quieter(config, logger),
          watch: watching.on(watched),
        })
        return api.listen({ host, port })
      },
      warn: () => warnOf(instance, logger, { signsTokens: false }),
      queues: engine.queues,
      broken: untilBroken(database),
      work: () => engine.start(),
      async close(grace) {
        const stop = stopping(logger)
        await stop({ 'the engine': () => engine.stop(grace, ENGINE_STOP) }, stopWithinMs(grace))
        await stop({
          'the API': () => api?.close(),
          'outgoing requests': () => outgoing.close(),
          'the rules': () => rules.cache.stop(),
        })
        await stop({ 'the traces': () => watching.close() })
        await database.close()
      },
    }
  })
}

/**
 * Closes the database if what is built on it cannot be.
 * @throws {ConfigError} CONFIG_INVALID when the environment sets a rule to what it does not take; nothing is opened then
 */
async function onDatabase<Built>(
  config: Config,
  build: (database: Database) => Promise<Built>,
  opening?: () => void,
): Promise<Built> {
  const problems = findRuleProblems(config.ruleVariable)
  if (problems.length > 0) throw new ConfigError(problems, config.ruleVariable)
  opening?.()
  const database = await openDatabase(config)
  try {
    return await build(database)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** A server that is away comes back; an embedded database that has ended does not. */
function untilBroken(database: Database): Promise<Error> {
  return database instanceof EmbeddedDatabase ? database.broken : new Promise(() => undefined)
}

async function assemble(config: Config, database: Database, logger: Logger): Promise<App> {
  const watching = await watchProcess(config, logger)
  const built = buildEngine(config, database, logger, watching.settings)
  const { engine, freight, outgoing, rules } = built
  const localSecret = randomBytes(32).toString('base64url')
  const access = await openAccess({
    database,
    localSecret,
    jwtSecret: config.jwtSecret,
    keyring: createKeyring(config.secrets),
    fetch: (url) => outgoing.fetch(url),
    onError: logErrors(logger),
  })
  const instance = instanceOn(config, database, logErrors(logger))
  const services = servicesOn(database, built, access, instance)
  // Loaded here, for most commands serve nothing and are to start at once: 0.1 s less.
  const { createApi } = await import('./api/index.js')
  const api = await createApi({
    services,
    version: version(),
    logger: quieter(config, logger),
    credentials: access.credentials,
    limits: config.limits,
    watch: watching.on({ engine, database, rules: rules.cache }),
  })
  await rules.cache.start() // the last that can fail: it goes on by itself, and nobody would stop it
  return {
    database,
    engine,
    freight,
    localSecret,
    makeFirstKey: () => makeApiKey(database, FIRST_KEY),
    warn: () => warnOf(instance, logger, { signsTokens: config.jwtSecret === undefined }),
    listen: ({ host, port }) => api.listen({ host, port }),
    broken: untilBroken(database),
    work: () => engine.start(),
    async close(grace = '20s') {
      // A request that never ends must not keep the others, or the jobs, from stopping.
      const cutOff = systemClock.after(CLOSE_WITHIN_MS, () => api.server.closeAllConnections())
      const stop = stopping(logger)
      await stop(
        { 'the API': () => api.close(), 'the engine': () => engine.stop(grace, ENGINE_STOP) },
        stopWithinMs(grace),
      )
      cutOff()
      await stop({
        access: () => access.close(),
        'outgoing requests': () => outgoing.close(),
        'the rules': () => rules.cache.stop(),
        'the traces': () => watching.close(),
      })
      await database.close()
    },
  }
}

async function warnOf(
  instance: Instance,
  logger: Logger,
  process: { signsTokens: boolean },
): Promise<string | undefined> {
  const warning = await instance.findUnreadable(process)
  if (warning !== undefined) logger.error(warning)
  return warning
}

/** For an API: it would tell where it listens, which the commands say in words of their own. */
function quieter({ logLevel }: Config, logger: Logger): Logger {
  return logLevel === 'info' ? logger.child({}, { level: 'warn' }) : logger
}

/** What does not stop in time is told, and left. */
function stopping(logger: Logger) {
  return (parts: Parameters<typeof stopAll>[0], withinMs = STOP_WITHIN_MS) =>
    stopAll(parts, { clock: systemClock, withinMs, onError: logLosses(logger) })
}

/** For what has no grace, and for what the engine's own limit does not cover: longer than spans may take to be sent. */
const STOP_WITHIN_MS = 6_000

/** For how long after the grace the engine waits for a database that is silent. */
const ENGINE_STOP = { within: '10s' } as const

function stopWithinMs(grace: Duration): number {
  return toMs(grace) + toMs(ENGINE_STOP.within) + STOP_WITHIN_MS
}

/** How long requests under way may take to end once the process is told to stop. */
const CLOSE_WITHIN_MS = 5_000

/** The key of the tenant `default` that people begin with. The environment may preset it. */
const FIRST_KEY = { tenantId: 'default', name: 'first', role: 'owner' } as const
