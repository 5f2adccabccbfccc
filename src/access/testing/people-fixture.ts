import type { Database } from '../../database/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import type { Caller } from '../caller.js'
import { createPeople, type People } from '../people.js'
import { createKeyring } from '../secret/keyring.js'
import type { User, NewUser } from '../user/user.js'

/** As little as argon2 takes: what is tested is not how long a guess takes. */
export const CHEAP = { memoryKiB: 8, passes: 1 }

export const OWNER: Caller = {
  tenantId: 'default',
  actor: 'cli:local',
  role: 'owner',
  scopes: null,
  businessUnitId: null,
}

export const aCaller = (caller: Partial<Caller>): Caller => ({ ...OWNER, ...caller })

export const FROM = { address: '192.0.2.1', userAgent: 'a browser', requestId: 'r-1' }

export interface Fixture {
  readonly clock: FakeClock
  readonly people: People
  /** How often this process was told to forget what it remembers. */
  forgotten(): number
  /** A member with a password of its own. */
  aUser(user?: Partial<NewUser> & { tenantId?: string }): Promise<User & { password: string }>
}

export function peopleOn(
  database: Database,
  { clock = new FakeClock(), secret = 'a secret of the tests' } = {},
): Fixture {
  let forgotten = 0
  const forget = () => void (forgotten += 1)
  const people = createPeople({
    database,
    clock,
    forget,
    secret,
    keyring: createKeyring({ key: undefined, oldKeys: [] }),
    passwordCost: CHEAP,
  })
  let made = 0
  return {
    clock,
    people,
    forgotten: () => forgotten,
    async aUser({ tenantId = 'default', ...user } = {}) {
      made += 1
      const password = `a long password ${made}`
      const wanted = {
        email: `user-${made}-${clock.monotonicMs()}@example.com`,
        name: `User ${made}`,
        role: 'viewer' as const,
        ...user,
      }
      const hash = await people.passwords.chosen(password, wanted.email)
      const entered = await people.users.create(aCaller({ tenantId }), wanted, hash)
      return { ...entered.user, password }
    },
  }
}
