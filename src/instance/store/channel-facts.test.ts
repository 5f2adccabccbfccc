import { beforeAll, describe, expect, test } from 'vitest'

import type { Executor } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { plansOf } from '../../database/testing/plans.js'
import { countMails, countWebhooks } from './channel-facts.js'

const DELIVERIES = `
INSERT INTO linehaul.delivery (id, tenant_id, cause, channel, recipient, state, sent_at, created_at)
SELECT gen_random_uuid(), tenant_id, gen_random_uuid()::text, channel, 'somebody', state, now(), now() - age::interval
FROM (VALUES ('webhook', 'sent', 'acme', '1 second', 5000), ('email', 'failed', 'acme', '1 hour', 1), ('email', 'failed', 'bolt', '1 hour', 2),
             ('email', 'sent', 'cargo', '1 hour', 3), ('email', 'failed', 'cargo', '4 days', 9), ('email', 'kept', 'acme', '1 hour', 2),
             ('email', 'kept', 'bolt', '1 hour', 1), ('email', 'in-doubt', 'acme', '1 hour', 1), ('email', 'in-doubt', 'cargo', '9 days', 2)
     ) AS made (channel, state, tenant_id, age, many), generate_series(1, many)`

const WEBHOOKS = `
INSERT INTO linehaul.webhook (id, tenant_id, url, events, description, is_enabled, disabled_because, failing_since, created_by)
SELECT gen_random_uuid(), tenant_id, 'https://hush.example', '{*}', '', because IS NULL, because, now() - age::interval, 'user:1'
FROM (VALUES ('acme', NULL, '2 hours'), ('bolt', NULL, '5 hours'), ('cargo', NULL, '2 minutes'),
             ('acme', 'Nothing has arrived.', NULL), ('bolt', 'Nothing has arrived.', '30 hours'), ('cargo', 'It answered 410.', '90 hours')
     ) AS ill (tenant_id, because, age)`

const TENANTS = `INSERT INTO linehaul.tenant (id, name) VALUES ('acme', 'A'), ('bolt', 'B'), ('cargo', 'C')`

/** So that no more than 100 of what was sent or failed are looked at. */
const LATELY = { latelyMs: 3 * 86_400_000, most: 10 }

const count = (db: Executor) => countMails(db, LATELY)

onEachDatabase((database) => {
  test('what there is none of is nobody’s', async () => {
    const nobodys = { keptTenantId: '', inDoubtTenantId: '', failedTenantId: '' }
    expect(await count(database())).toMatchObject(nobodys)
    expect(await countWebhooks(database(), 0)).toMatchObject({
      disabledTenantId: '',
      disabledBecause: '',
      failingTenantId: '',
    })
  })

  describe('of several tenants', () => {
    beforeAll(async () => {
      for (const sql of [TENANTS, DELIVERIES, WEBHOOKS, 'ANALYZE linehaul.delivery'])
        await database().query(sql)
    })

    test('the newest mails are counted, however much goes to webhooks, and whose most of them are', async () => {
      expect(await count(database())).toEqual({
        ...{ kept: 3, keptTenantId: 'acme', inDoubt: 3, inDoubtTenantId: 'cargo' },
        ...{ sent: 3, failed: 3, failedTenantId: 'bolt' },
      })
    })

    test('mails are counted without a look at what goes to webhooks', async () => {
      const plans = await plansOf(database(), count)
      expect(plans.join()).toContain('delivery_mail_by_created')
    })

    test('webhooks are counted, and whose the first of them is', async () => {
      expect(await countWebhooks(database(), 3_600_000)).toMatchObject({
        ...{ total: 6, disabled: 3, disabledTenantId: 'cargo', disabledBecause: 'It answered 410.' },
        ...{ unsteady: 3, failing: 2, failingTenantId: 'bolt' },
      })
    })
  })
})
