import type { Database } from '../database/index.js'
import { systemClock, type Clock } from '../time/index.js'
import type { Caller } from './caller.js'
import { Credentials, exactly } from './credentials.js'
import { ApiKeys } from './key/api-keys.js'
import { apiKeys } from './key/find-key.js'
import { LastUse } from './key/last-use.js'
import type { Keyring } from './secret/keyring.js'
import { Secrets } from './secret/secrets.js'
import { outsideTokens } from './outside/outside-tokens.js'
import { Providers } from './outside/providers.js'
import type { Fetch } from './outside/read-keys.js'
import { createPeople, type People } from './people.js'

export interface AccessOptions {
  readonly database: Database
  /** What commands of this machine's own user present. */
  readonly localSecret: string
  /** What stored secrets lie under. */
  readonly keyring: Keyring
  /** What the tokens of people are signed with. Default: drawn once and kept in the database. */
  readonly jwtSecret?: string | undefined
  /** Asks an address that a user gave; rejects private ones unless they are meant. */
  readonly fetch: Fetch
  readonly onError: (error: unknown, where: string) => void
  readonly clock?: Clock
}

/** What lets programs and people in, and keeps what tenants entrust to us. */
export interface Access {
  readonly credentials: Credentials
  readonly apiKeys: ApiKeys
  readonly people: People
  readonly secrets: Secrets
  readonly providers: Providers
  /** The same, as a part of a transaction. */
  in(database: Database): Pick<Access, 'apiKeys' | 'people' | 'secrets' | 'providers'>
  /** Hears no more of changes, and writes down what it still knows of last uses. */
  close(): Promise<void>
}

/** Begins at once to hear of what other processes change. */
export async function openAccess({
  database,
  localSecret,
  keyring,
  jwtSecret,
  fetch,
  onError,
  clock = systemClock,
}: AccessOptions): Promise<Access> {
  const lastUse = new LastUse(database, onError, clock)
  const forget = (): void => credentials.forget()
  const people = createPeople({ database, clock, secret: jwtSecret, keyring, forget })
  const credentials = new Credentials(
    [
      exactly(localSecret, LOCAL),
      people.credential,
      outsideTokens({ db: database, fetch, clock }),
      apiKeys(database, lastUse),
    ],
    clock,
  )
  const within = (database: Database) => ({
    apiKeys: new ApiKeys(database, forget),
    people: people.in(database),
    secrets: new Secrets(database, keyring),
    providers: new Providers({ database, forget, fetch }),
  })
  const stop = await credentials.listen(database)
  return {
    credentials,
    ...within(database),
    in: within,
    async close() {
      stop()
      await lastUse.flush()
    },
  }
}

const LOCAL: Caller = {
  tenantId: 'default',
  actor: 'cli:local',
  role: 'owner',
  scopes: null,
  businessUnitId: null,
}
