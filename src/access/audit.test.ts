import { expect, test } from 'vitest'

import { onEachDatabase } from '../database/testing/test-database.js'
import { findAnswer, keepAnswer, listAudit, recordAudit, type AuditEntry } from './index.js'

const ENTRY: AuditEntry = {
  tenantId: 'default',
  actor: 'user:ann',
  action: 'schedule.pause',
  object: 'schedule:nightly',
  before: { paused: false },
  after: { paused: true },
  requestId: 'r1',
  address: '192.0.2.7',
}

onEachDatabase((database) => {
  test('the trail is searched by who, what, which and when, newest first, within one tenant', async () => {
    const db = database()
    await recordAudit(db, ENTRY)
    await recordAudit(db, { ...ENTRY, action: 'schedule.resume', before: null })
    const via = 'identity-provider:1'
    await recordAudit(db, { ...ENTRY, actor: 'user:bob', via, object: 'schedule:hourly' })
    await recordAudit(db, { ...ENTRY, tenantId: 'other' })
    const page = { limit: 10 }
    const all = await listAudit(db, 'default', page)
    expect(all.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      'user:bob schedule.pause',
      'user:ann schedule.resume',
      'user:ann schedule.pause',
    ])
    expect(all.map((entry) => entry.via)).toEqual([via, null, null])
    const { actor, action, object, before, after, requestId, address } = ENTRY
    expect(all[2]).toMatchObject({ actor, action, object, before, after, requestId, address })
    expect(await listAudit(db, 'default', { ...page, actor: 'user:bob' })).toHaveLength(1)
    expect(await listAudit(db, 'default', { ...page, action: 'schedule.resume' })).toHaveLength(1)
    expect(await listAudit(db, 'default', { ...page, object: 'schedule:nightly' })).toHaveLength(2)
    expect(await listAudit(db, 'default', { ...page, from: new Date(Date.now() + 60_000) })).toEqual([])
    expect(await listAudit(db, 'default', { ...page, until: all[0]?.at, after: all[1]?.id })).toHaveLength(1)
  })

  test('nothing in the trail is changed, taken away or emptied before it is a month old', async () => {
    const db = database()
    await recordAudit(db, { ...ENTRY, tenantId: 'fixed' })
    await expect(db.query('UPDATE linehaul.audit_entry SET actor = $1', ['nobody'])).rejects.toThrow(
      /only ever/,
    )
    await expect(db.query('DELETE FROM linehaul.audit_entry')).rejects.toThrow(/only ever/)
    await expect(db.query('TRUNCATE linehaul.audit_entry')).rejects.toThrow(/only ever/)
    expect(await listAudit(db, 'fixed', { limit: 10 })).toHaveLength(1)
  })

  test('a key has one answer for a day, and stands for one request only', async () => {
    const key = { tenantId: 'default', actor: 'user:ann', key: 'k1' }
    const answer = { status: 201, location: null, body: '{"id":1}' }
    const first = await database().transaction(async (tx) => {
      const found = await findAnswer(tx, key, 'print')
      await keepAnswer(tx, key, answer)
      return found
    })
    expect(first).toBeUndefined()
    const again = (print: string) => database().transaction((tx) => findAnswer(tx, key, print))
    expect(await again('print')).toMatchObject(answer)
    await expect(again('other')).rejects.toMatchObject({ code: 'ACCESS_IDEMPOTENCY_KEY_REUSED' })
    await database().query(`UPDATE linehaul.kept_answer SET kept_at = kept_at - interval '25 hours'`)
    expect(await again('other')).toBeUndefined()
  })
})
