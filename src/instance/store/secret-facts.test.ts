import { expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { countUnreadable } from './secret-facts.js'

onEachDatabase((database) => {
  test('secrets of keys that are not configured are counted by what takes them', async () => {
    const db = database()
    const id = newId()
    await db.query(
      `INSERT INTO linehaul.webhook (id, tenant_id, url, events, description, created_by)
       VALUES ($1, 'default', 'https://example.com', '{*}', '', 'user:1')`,
      [id],
    )
    const all = [
      [`webhook:${id}`, 'lost'],
      [`webhook:${id}:former`, 'lost'],
      [`webhook:${newId()}`, 'lost'], // somebody may call theirs so
      ['shop', 'lost too'],
      ['carrier', 'here'],
    ]
    for (const secret of all)
      await db.query(
        `INSERT INTO linehaul.secret (tenant_id, name, purpose, key_id, sealed) VALUES ('default', $1, '', $2, '')`,
        secret,
      )
    await db.query(`INSERT INTO linehaul.signing_secret (secret, key_id) VALUES ('', 'lost')`)

    const facts = { secrets: 5, hasSigning: true, webhooks: 1, others: 2 }
    const count = async (keyIds: readonly string[], signsTokens = true) => {
      const found = await countUnreadable(db, { keyIds, signsTokens })
      return { ...found, keyIds: found.keyIds.toSorted() }
    }
    expect(await count(['here'])).toEqual({ ...facts, keyIds: ['lost', 'lost too'] })
    expect(await count(['here'], false)).toMatchObject({ secrets: 4, hasSigning: false })
    expect(await count(['here', 'lost'])).toMatchObject({ secrets: 1, keyIds: ['lost too'], webhooks: 0 })
    expect(await count(['here', 'lost', 'lost too'])).toMatchObject({ secrets: 0, keyIds: [] })
  })
})
