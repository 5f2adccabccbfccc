import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import type { Passwords } from '../user/passwords.js'
import type { AccessTokens } from './access-tokens.js'

/** What signing in and what follows from it work with. */
export interface SessionPorts {
  readonly database: Database
  readonly clock: Clock
  readonly passwords: Passwords
  readonly tokens: AccessTokens
  /** What refresh tokens are derived with; the same in every process. */
  readonly secret: () => Promise<string>
  /** Called once a change of who may do what has been committed. */
  readonly forget: () => void
}
