import type { Config } from './config.js'
import type { Database } from './database/index.js'
import { gather, Instance, judge, type Report, type Setup } from './instance/index.js'
import { schema } from './schema.js'
import { systemClock } from './time/index.js'
import { version } from './version.js'

/** What those look at who run this Linehaul. */
export function instanceOn(config: Config, database: Database): Instance {
  const setup = setupOf(config)
  return new Instance({ database, schema, version: version(), setup, keyFiles: [], clock: systemClock })
}

/** What is well and what is not, where the database cannot be opened. */
export async function diagnoseWithout(config: Config, { message }: Error): Promise<Report> {
  const database = { fault: message }
  return judge(await gather({ database, schema, setup: setupOf(config), clock: systemClock }))
}

/** What a doctor has to know of the configuration. */
function setupOf({ databaseUrl, dataDir, apiKey }: Config): Setup {
  const secrets = [{ name: 'LINEHAUL_API_KEY', value: apiKey, without: undefined }]
  const { node } = process.versions
  return databaseUrl === undefined
    ? { kind: 'embedded', secrets, dataDir, node }
    : { kind: 'server', secrets, dataDir: undefined, node }
}
