import { createKeyring } from '../src/access/index.js'
import { createPeople } from '../src/access/people.js'
import { newId, type Database } from '../src/database/index.js'
import { systemClock } from '../src/time/index.js'
import { KEY, type ServerProcess } from './server-process.js'

const PASSWORD = 'a password of the benchmark'

/** Sign-ins at a time: each has a password to check, which keeps a core busy. */
const AT_ONCE = 8

/** Viewers of the tenant `default`, all signed in here: the server lets an address try 30 times a minute. @returns their access tokens, which are good for 15 minutes */
export async function signInUsers(
  { url }: ServerProcess,
  { database, count }: { database: Database; count: number },
): Promise<readonly string[]> {
  const { signIn } = createPeople({
    ...{
      database,
      clock: systemClock,
      keyring: createKeyring({ key: undefined, oldKeys: [] }),
      secret: undefined,
    },
    forget: () => undefined,
  })
  const first = { email: 'user-0@bench.example', name: 'User 0', role: 'viewer', password: PASSWORD }
  await addUser(url, first)
  await copyUser(database, first.email, count - 1)
  const tokens: string[] = []
  const signInSome = async (): Promise<void> => {
    for (let n = next(); n < count; n = next()) {
      const origin = { address: `10.0.0.${n % 250}`, userAgent: null, requestId: null }
      const who = { email: `user-${n}@bench.example`, password: PASSWORD }
      tokens.push((await signIn.signIn(who, origin)).accessToken)
    }
  }
  let last = -1
  const next = (): number => (last += 1)
  await Promise.all(Array.from({ length: AT_ONCE }, signInSome))
  return tokens
}

/** Others with the same password: to draw a hash for each would take longer than all that is measured. */
async function copyUser(database: Database, email: string, count: number): Promise<void> {
  await database.query(
    `WITH copied AS (
       INSERT INTO linehaul.user_account (id, email, name, password_hash)
       SELECT other.id, 'user-' || other.n || '@bench.example', 'User ' || other.n, password_hash
       FROM linehaul.user_account, unnest($2::uuid[]) WITH ORDINALITY AS other (id, n)
       WHERE email = $1
       RETURNING id
     )
     INSERT INTO linehaul.membership (tenant_id, user_id, role) SELECT 'default', id, 'viewer' FROM copied`,
    [email, Array.from({ length: count }, () => newId())],
  )
}

async function addUser(url: string, user: object): Promise<void> {
  const response = await fetch(`${url}/api/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify(user),
  })
  if (!response.ok) throw new Error(`The first user could not be added: ${await response.text()}`)
}
