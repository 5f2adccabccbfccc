import { expect, test } from 'vitest'

import { readConfig } from './config.js'
import { diagnoseWithout } from './open-instance.js'

const SECRETS_KEY = 'q4Zb1xT9vK7pLs2uYw8dRf6hNj3mCa5eq4Zb1xT9vK7='
const JWT_SECRET = 'w7Rk2mXc9tQf4hZs8vLb1nYd6gPj3aEu'
const DATABASE_URL = 'postgres://me@db.example/linehaul'

const LACKS_KEY = /^SECRETS_KEY is not set: it is needed as soon as a secret is to be stored\.$/
const LACKS_JWT = /^JWT_SECRET is not set: access tokens are signed with a key that lies in the database/

test.each([
  ['embedded, with none', {}, [LACKS_KEY]],
  ['on a server, with none', { DATABASE_URL }, [LACKS_JWT, LACKS_KEY]],
  ['embedded, with the key', { SECRETS_KEY }, []],
  [
    'on a server, with the key, under which what tokens are signed with lies',
    { DATABASE_URL, SECRETS_KEY },
    [],
  ],
  ['on a server, with both', { DATABASE_URL, SECRETS_KEY, JWT_SECRET }, []],
])('a doctor warns of secrets that are missing: %s', async (_, environment, missing) => {
  const { findings } = await diagnoseWithout(readConfig(environment), { fault: 'not looked at' })
  const found = findings.filter(({ check, level }) => check === 'secrets' && level !== 'ok')
  expect(found).toEqual(
    missing.map((what) => ({
      ...{ check: 'secrets', level: 'warning', what: expect.stringMatching(what) },
      advice: expect.stringContaining('`openssl rand -base64 32`'),
    })),
  )
})
