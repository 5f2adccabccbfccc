import type { Config } from '../config.js'
import type { Database, MigrationSet } from '../database/index.js'
import type { Freight, FreightNeeds } from '../domain/freight/index.js'
import type { Instance, Report } from '../instance/index.js'
import type { Engine } from '../queue/index.js'
import type { Duration } from '../time/index.js'

/** The whole product, built and ready to start. */
export interface App {
  readonly database: Database
  readonly engine: Engine<FreightNeeds>
  readonly freight: Freight
  /** Accepted by this process as a key of the tenant `default` for as long as it runs; stored nowhere. */
  readonly localSecret: string
  /** Makes the first API key, unless there is one. @returns it: it can never be shown again. */
  makeFirstKey(): Promise<string | undefined>
  /** Logs what does not work because stored secrets cannot be read, if anything. @returns the same, for the terminal */
  warn(): Promise<string | undefined>
  /** Begins to serve HTTP. @returns the address. */
  listen(where: { host: string; port: number }): Promise<string>
  /** Begins to run jobs. */
  work(): Promise<void>
  /** Resolves, to the reason, once it cannot go on: its embedded database has ended. */
  readonly broken: Promise<Error>
  /** Stops serving, lets running jobs end for as long as `grace` (`'20s'`), closes the database. */
  close(grace?: Duration): Promise<void>
}

/** A process that runs jobs and serves nothing. */
export interface WorkerApp {
  /** Which queues it works. */
  readonly queues: readonly string[]
  /** Begins to tell of its health, and its metrics. @returns the address. */
  listen(where: { host: string; port: number }): Promise<string>
  /** As that of an app. */
  warn(): Promise<string | undefined>
  work(): Promise<void>
  /** Resolves, to the reason, once it cannot go on: its embedded database has ended. */
  readonly broken: Promise<Error>
  /** Lets running jobs end for as long as `grace`, closes the database. */
  close(grace: Duration): Promise<void>
}

/** A Linehaul as those see it who run it; nothing of it is started. */
export interface InstanceApp {
  readonly instance: Instance
  close(): Promise<void>
}

export interface WorkerOptions {
  /** Only these; default all. */
  readonly queues: readonly string[] | undefined
  readonly concurrency: number
}

/** How commands get what they work on. None of it is loaded before it is asked for. */
export interface Builders {
  readonly version: string
  readConfig(): Promise<Config>
  openDatabase(config: Config): Promise<Database>
  /** On a database that is left as it is. */
  openInstance(config: Config): Promise<InstanceApp>
  /** Also where the database cannot be opened, which the report tells then. */
  diagnose(config: Config): Promise<Report>
  /** Migrates the database, and sets the key that the environment presets. `opening` hears when nothing in the configuration is in the way. */
  openApp(config: Config, opening?: () => void): Promise<App>
  /** On a server it refuses a schema that is not that of this version, and sets no key. */
  openForCommand(config: Config): Promise<App>
  /** Refuses a schema that is not that of this version. */
  openWorker(config: Config, options: WorkerOptions): Promise<WorkerApp>
  loadSchema(): Promise<readonly MigrationSet[]>
}
