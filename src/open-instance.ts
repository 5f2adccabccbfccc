import { createKeyring } from './access/index.js'
import type { Config } from './config.js'
import type { Database } from './database/index.js'
import { DECLARED_RULES } from './declared-rules.js'
import {
  type Fault,
  gather,
  Instance,
  type InstanceOptions,
  judge,
  type Looks,
  type Report,
  type SecretFact,
  type Setup,
} from './instance/index.js'
import { findMailObstacle } from './notifications/index.js'
import { findRuleProblems } from './rule-problems.js'
import { findMisfits } from './rules/index.js'
import { schema } from './schema.js'
import { systemClock } from './time/index.js'
import { version } from './version.js'

/** What those look at who run this Linehaul. */
export function instanceOn(
  config: Config,
  database: Database,
  onError: InstanceOptions['onError'],
): Instance {
  return new Instance({ ...around(config), database, version: version(), onError })
}

/** What is well and what is not, where the database cannot be opened. */
export async function diagnoseWithout(config: Config, database: Fault): Promise<Report> {
  return judge(await gather({ ...around(config), database }))
}

function around(config: Config) {
  const { secrets } = config
  return {
    ...{ schema, setup: setupOf(config), keyring: createKeyring(secrets), clock: systemClock },
    ...looksOf(config),
  }
}

function looksOf({ smtp }: Config): Looks {
  return {
    mailServer: smtp && {
      address: `${smtp.host}:${smtp.port}`,
      findObstacle: (signal) => findMailObstacle(smtp, signal),
    },
    findMisfits: (db, most) => findMisfits(db, DECLARED_RULES, { now: systemClock.now(), most }),
  }
}

/** What a doctor has to know of the configuration. */
function setupOf(config: Config): Setup {
  const isEmbedded = config.databaseUrl === undefined
  return {
    kind: isEmbedded ? 'embedded' : 'server',
    problems: findRuleProblems(config.ruleVariable),
    secrets: secretsOf(config),
    dataDir: isEmbedded ? config.dataDir : undefined,
    node: process.versions.node,
  }
}

function secretsOf({ databaseUrl, apiKey, jwtSecret, secrets }: Config): readonly SecretFact[] {
  const isOpen = databaseUrl !== undefined && secrets.key === undefined
  const withoutJwt = isOpen
    ? 'access tokens are signed with a key that lies in the database, and whoever can read that can sign some'
    : undefined
  return [
    { name: 'LINEHAUL_API_KEY', value: apiKey, without: undefined },
    { name: 'JWT_SECRET', value: jwtSecret, without: withoutJwt },
    { name: 'SECRETS_KEY', value: secrets.key, without: 'it is needed as soon as a secret is to be stored' },
  ]
}
