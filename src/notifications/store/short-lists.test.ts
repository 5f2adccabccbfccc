import { beforeAll, expect, test } from 'vitest'

import type { Executor } from '../../database/index.js'
import { pagesReadBy } from '../../database/testing/plans.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import type { DeliveryState } from '../delivery/delivery-state.js'
import { countMails } from './count-deliveries.js'
import { listDeliveries } from './delivery-view.js'
import { countInbox } from './inbox.js'
import { listMails } from './mail-view.js'

const tenantId = 'default'
const userId = '0b8f5a3e-0000-7000-8000-000000000001'
const owner = { tenantId, userId }
const NOW = new Date('2026-06-30T12:00:00Z')

/** As they are made, one after the other: in that order they lie in the table, and an index of ids alone looks cheap. */
const SEQUENCE = 'CREATE SEQUENCE made'
const nextId = `('01890000-0000-7000-8000-' || lpad(to_hex(nextval('made')), 12, '0'))::uuid`

/** $1 how many, $2 channel, $3 recipient, or an address of each, $4 state. */
const DELIVERIES = /* sql */ `
INSERT INTO linehaul.delivery (id, tenant_id, cause, channel, recipient, content, state, sent_at)
SELECT ${nextId}, 'default', gen_random_uuid()::text, $2, recipient, jsonb_build_object('to', ARRAY[recipient]), $4, now()
FROM generate_series(1, $1::int) AS n, coalesce($3, 'c' || n || '@example.com') AS recipient`

/** $1 how many, $2 user, $3 priority, $4 when it was read or null. */
const NOTICES = /* sql */ `
WITH made AS (
  INSERT INTO linehaul.notification (id, tenant_id, cause, event_type, priority, target, title, message, related_entities,
    actions, tags, source, settled_at, recipients)
  SELECT ${nextId}, 'default', gen_random_uuid()::text, 'test.happened', $3, '{}', '', '', '[]', '[]', '{}', '', now(), 1
  FROM generate_series(1, $1::int)
  RETURNING id
)
INSERT INTO linehaul.inbox_item (notification_id, tenant_id, user_id, read_at, is_critical)
SELECT id, 'default', $2::uuid, $4::timestamptz, $3 = 'critical' FROM made`

/** What a page of twenty may read: each of them, and some levels of indexes for each of the states. */
const SOME_PAGES = 150

/** More than is counted. */
const BACKLOG = 10_001

onEachDatabase((database) => {
  const pagesOf = (run: (db: Executor) => Promise<unknown>) => pagesReadBy(database(), run, 'custom')

  async function put(many: number, channel: string, recipient: string | null, state: DeliveryState) {
    await database().query(DELIVERIES, [many, channel, recipient, state])
  }

  beforeAll(async () => {
    await database().query(SEQUENCE)
    await put(BACKLOG, 'webhook', 'webhook:busy', 'sent')
    await put(20, 'webhook', 'webhook:rare', 'sent')
    await put(BACKLOG, 'email', null, 'sent')
    await put(4, 'email', 'ada@example.com', 'failed')
    await database().query(
      `INSERT INTO linehaul.user_account (id, email, name, password_hash) VALUES ($1, 'ada@example.com', 'Ada', '')`,
      [userId],
    )
    await database().query(NOTICES, [BACKLOG, userId, 'critical', NOW])
    await database().query('UPDATE linehaul.inbox_item SET acknowledged_at = $1', [NOW])
    await database().query(NOTICES, [2, userId, 'critical', NOW])
    await database().query(NOTICES, [3, userId, 'low', null])
    for (const table of ['delivery', 'notification', 'inbox_item'])
      await database().query(`VACUUM (ANALYZE) linehaul.${table}`)
  }, 60_000)

  test('what a webhook was sent is listed without a look at what another one was', async () => {
    const rare = { tenantId, recipient: 'webhook:rare', limit: 20 }
    expect(await listDeliveries(database(), rare)).toHaveLength(20)
    expect(await pagesOf((db) => listDeliveries(db, rare))).toBeLessThan(SOME_PAGES)
  })

  test.each(['failed', 'pending', 'sent'] as const)(
    'deliveries that are %s are listed without a look at all others of their webhook',
    async (state) => {
      const busy = { tenantId, recipient: 'webhook:busy', limit: 20, state }
      expect(await listDeliveries(database(), busy)).toHaveLength(state === 'sent' ? 20 : 0)
      expect(await pagesOf((db) => listDeliveries(db, busy))).toBeLessThan(SOME_PAGES)
    },
  )

  test('mails of one state, and the newest of all, are listed without a look at all others', async () => {
    const failed = { tenantId, state: 'failed', limit: 20 } as const
    expect(await listMails(database(), failed)).toHaveLength(4)
    expect(await pagesOf((db) => listMails(db, failed))).toBeLessThan(SOME_PAGES)
    expect(await pagesOf((db) => listMails(db, { tenantId, limit: 20 }))).toBeLessThan(SOME_PAGES)
  })

  test('mails to an address are found without a look at all others', async () => {
    const one = { tenantId, recipient: 'C7@example.com', limit: 20 }
    expect(await listMails(database(), one)).toMatchObject([{ recipient: 'c7@example.com' }])
    expect(await pagesOf((db) => listMails(db, one))).toBeLessThan(SOME_PAGES)
  })

  test('mails are counted as far as 10,000, in each state by itself, and without those to webhooks', async () => {
    expect(await countMails(database(), tenantId)).toEqual(
      expect.arrayContaining([
        { state: 'sent', count: 10_000, isAtLeast: true },
        { state: 'failed', count: 4, isAtLeast: false },
      ]),
    )
    expect(await pagesOf((db) => countMails(db, tenantId))).toBeLessThan(SOME_PAGES)
  })

  test('what is unread, and what waits to be acknowledged, is counted without a look at what is done', async () => {
    expect(await countInbox(database(), owner, NOW)).toEqual({
      ...{ unread: 3, byPriority: { critical: 0, high: 0, medium: 0, low: 3 } },
      ...{ unacknowledged: 2, isAtLeast: false },
    })
    expect(await pagesOf((db) => countInbox(db, owner, NOW))).toBeLessThan(SOME_PAGES)
  })

  test('an inbox of very many that are unread is counted as far as 10,000', async () => {
    await database().query('UPDATE linehaul.inbox_item SET read_at = NULL')
    expect(await countInbox(database(), owner, NOW)).toMatchObject({ unread: 10_000, isAtLeast: true })
  })
})
