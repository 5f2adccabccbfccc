import { expect, test } from 'vitest'
import { z } from 'zod'

import { onEachDatabase } from '../database/testing/test-database.js'
import { defineRule } from './define-rule.js'
import { findMisfits } from './find-misfits.js'

const described = { description: 'Something that can be set.' }
const size = defineRule('test.size', z.number().max(10), { ...described, default: 1 })
const weight = defineRule('test.weight', z.number(), { ...described, default: 1, scope: 'instance' })

/** Name, value, tenant, state, until when. */
const RULES = `
INSERT INTO linehaul.rule (id, tenant_id, name, value, category, effective_from, effective_until, status, author, created_at,
                           activated_at, activated_by)
SELECT gen_random_uuid(), tenant_id, name, value::jsonb, 'test', '2026-01-01Z', until::timestamptz, status, 'user:1', '2026-01-01Z',
       CASE WHEN status = 'active' THEN timestamptz '2026-01-01Z' END, CASE WHEN status = 'active' THEN 'user:1' END
FROM (VALUES ('test.size', '9', 'default', 'active', NULL), ('test.size', '11', 'default', 'active', NULL),
             ('test.size', '12', NULL, 'active', '2027-01-01Z'), ('test.weight', '2', NULL, 'active', NULL),
             ('test.weight', '3', 'default', 'active', NULL), ('test.gone', '1', 'default', 'active', NULL),
             ('test.over', '1', 'default', 'active', '2026-02-01Z'), ('test.draft', '1', 'default', 'draft', NULL)
     ) AS made (name, value, tenant_id, status, until)`

onEachDatabase((database) => {
  test('settings whose rules change nothing are found once each, with the reason and whose the newest is; what is over or a draft is none', async () => {
    await database().query(RULES)
    const now = new Date('2026-06-01T00:00:00Z')
    const look = (most: number) => findMisfits(database(), [size, weight], { now, most })
    expect(await look(7)).toEqual({
      found: [
        { name: 'test.gone', why: 'undeclared', tenantId: 'default' },
        { name: 'test.size', why: 'unfit', tenantId: null },
        { name: 'test.weight', why: 'of-one-tenant', tenantId: 'default' },
      ],
      isCapped: false,
    })
    expect(await look(2)).toMatchObject({
      found: [{ name: 'test.gone' }, { name: 'test.weight' }],
      isCapped: true,
    })
  })
})
