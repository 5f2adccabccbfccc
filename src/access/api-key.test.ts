import { expect, test } from 'vitest'

import { onEachDatabase } from '../database/testing/test-database.js'
import { findApiKey, makeApiKey, setApiKey } from './index.js'

onEachDatabase((database) => {
  test('a key that two make at once has one secret, told to one of them', async () => {
    const key = { tenantId: 'default', name: 'made' }
    const made = await Promise.all([makeApiKey(database(), key), makeApiKey(database(), key)])
    const secrets = made.filter((secret) => secret !== undefined)
    expect(secrets).toHaveLength(1)
    expect(await findApiKey(database(), String(secrets[0]))).toMatchObject(key)
    expect(await makeApiKey(database(), key)).toBeUndefined()
  })

  test('a key that is set anew has the new secret only, and stays the same key', async () => {
    const key = { tenantId: 'default', name: 'set' }
    await setApiKey(database(), { ...key, secret: 'the-first-secret' })
    const before = await findApiKey(database(), 'the-first-secret')
    expect(before).toMatchObject(key)
    await setApiKey(database(), { ...key, secret: 'the-second-secret' })
    expect(await findApiKey(database(), 'the-first-secret')).toBeUndefined()
    expect(await findApiKey(database(), 'the-second-secret')).toEqual(before)
  })
})
