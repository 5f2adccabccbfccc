import type { Config } from '../config.js'
import type { Database, MigrationSet } from '../database/index.js'
import type { Freight, FreightNeeds } from '../domain/freight/index.js'
import type { Engine } from '../queue/index.js'

/** The whole product, built and ready to start. */
export interface App {
  readonly database: Database
  readonly engine: Engine<FreightNeeds>
  readonly freight: Freight
  /** Accepted by this process as a key of the tenant `default` for as long as it runs; stored nowhere. */
  readonly localSecret: string
  /** Makes the first API key, unless there is one. @returns it: it can never be shown again. */
  makeFirstKey(): Promise<string | undefined>
  /** Begins to serve HTTP. @returns the address. */
  listen(where: { host: string; port: number }): Promise<string>
  /** Begins to run jobs. */
  work(): Promise<void>
  /** Stops serving, lets running jobs end, closes the database. */
  close(): Promise<void>
}

/** How commands get what they work on; `main.ts` hands it in. */
export interface Builders {
  readonly version: string
  readonly schema: readonly MigrationSet[]
  readConfig(): Config
  openDatabase(config: Config): Promise<Database>
  openApp(config: Config): Promise<App>
}
