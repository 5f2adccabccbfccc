import type { Database } from '../database/index.js'
import type { Clock } from '../time/index.js'
import type { FindCredential } from './credentials.js'
import type { Keyring } from './secret/keyring.js'
import { AccessTokens } from './session/access-tokens.js'
import { OwnPassword } from './session/own-password.js'
import { sessionTokens } from './session/session-tokens.js'
import { Sessions } from './session/sessions.js'
import { SignIn } from './session/sign-in.js'
import { signingSecret } from './session/signing-secret.js'
import { Passwords, type PasswordCost } from './user/passwords.js'
import { Users } from './user/users.js'

/** The people who work with Linehaul: who they are, and what they have begun by signing in. */
export interface People {
  readonly users: Users
  readonly passwords: Passwords
  readonly signIn: SignIn
  readonly sessions: Sessions
  readonly ownPassword: OwnPassword
  /** The tokens that they have been given, as a kind of credential. */
  readonly credential: FindCredential
  /** The same people, within one transaction. */
  in(database: Database): People
}

export interface PeopleOptions {
  readonly database: Database
  readonly clock: Clock
  /** What tokens are signed with. Default: drawn once and kept in the database. */
  readonly secret?: string | undefined
  /** What that one lies under there. */
  readonly keyring: Keyring
  /** Has this process forget at once what it remembers of credentials. */
  readonly forget: () => void
  readonly passwordCost?: PasswordCost
}

export function createPeople({ passwordCost, secret: given, keyring, ...options }: PeopleOptions): People {
  const secret = signingSecret(options.database, keyring, given)
  const passwords = new Passwords(passwordCost)
  const tokens = new AccessTokens(secret)
  const within = (database: Database): People => {
    const ports = { ...options, database, passwords, tokens, secret }
    return {
      users: new Users(ports),
      passwords,
      signIn: new SignIn(ports),
      sessions: new Sessions(ports),
      ownPassword: new OwnPassword(ports),
      credential: sessionTokens(database, ports),
      in: within,
    }
  }
  return within(options.database)
}
