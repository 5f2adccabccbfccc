import { randomUUID } from 'node:crypto'

import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

import type { Caller } from '../access/index.js'
import { onEachDatabase } from '../database/testing/test-database.js'
import { FakeClock } from '../time/testing/fake-clock.js'
import { createRules, type RuleParts } from './create-rules.js'
import { defineRule } from './define-rule.js'
import { MOST_RULES } from './rules.js'
import { minFrequency } from './testing/a-rule.js'

const label = defineRule('test.pattern.label', z.string().max(20), {
  default: 'lane',
  description: 'What a lane is called.',
})
const weight = defineRule('test.queue.weight', z.number().int().min(1), {
  default: 1,
  description: 'Share of a queue.',
  scope: 'instance',
})

/** Windows that lie ahead: $1 tenant, $2 name, $3 made at, $4 how many. */
const FILL = /* sql */ `
INSERT INTO linehaul.rule
  (id, tenant_id, name, value, category, effective_from, status, author, created_at, activated_at, activated_by)
SELECT gen_random_uuid(), $1, $2, '"later"', 'test', '2090-01-01', 'active', 'user:ada', $3, $3, 'user:ada'
FROM generate_series(1, $4::int)`

const NOW = '2026-01-15T07:00:00Z'

const OPTIONS = {
  taken: [],
  variable: (name: string) => ({ TEST_PATTERN_LABEL: 'path' })[name],
  onError: (error: unknown) => {
    throw error
  },
}

onEachDatabase((database) => {
  const clock = new FakeClock(NOW)
  let parts: RuleParts
  let admin: Caller
  let owner: Caller
  let stranger: Caller

  beforeAll(async () => {
    const [own, other] = [`tenant-${randomUUID()}`, `tenant-${randomUUID()}`]
    await database().query(
      `INSERT INTO linehaul.tenant (id, name, time_zone) VALUES ($1, $1, 'UTC'), ($2, $2, 'UTC')`,
      [own, other],
    )
    admin = { tenantId: own, actor: 'user:ada', role: 'admin', scopes: null, businessUnitId: null }
    owner = { ...admin, actor: 'user:olga', role: 'owner' }
    stranger = { ...admin, tenantId: other, actor: 'user:eve' }
    parts = open()
    await parts.cache.look()
  })

  function open(): RuleParts {
    return createRules({ ...OPTIONS, database: database(), declared: [minFrequency, label, weight], clock })
  }

  const valueNow = (tenantId: string) => parts.cache.inForce(tenantId).get(minFrequency)

  test('a rule holds within its window, in the service and in memory alike, and ends by the clock alone', async () => {
    const { rules, cache } = parts
    const rule = await rules.create(admin, {
      name: minFrequency.name,
      value: '10',
      category: 'sla_monitoring',
      effectiveFrom: new Date('2026-01-15T08:00:00Z'),
      effectiveUntil: new Date('2026-01-15T18:00:00Z'),
    })
    await cache.look()
    const heard: number[] = []
    const cancel = cache.onChange(() => heard.push(valueNow(admin.tenantId)))
    expect(valueNow(admin.tenantId)).toBe(3)
    clock.skipTo(new Date('2026-01-15T08:00:00Z'))
    const asOfStart = cache.inForce(admin.tenantId)
    expect(asOfStart.get(minFrequency)).toBe(10)
    expect(valueNow(stranger.tenantId)).toBe(3)
    await cache.look()
    const [effective] = await rules.effective(admin.tenantId, { name: minFrequency.name })
    expect(effective).toMatchObject({
      value: 10,
      source: 'tenant',
      rule: { id: rule.id, category: 'sla_monitoring', author: 'user:ada', value: 10 },
      why: "The tenant's own rule is in force from 2026-01-15T08:00:00.000Z until 2026-01-15T18:00:00.000Z.",
      beaten: [{ source: 'default', value: 3 }],
    })
    clock.skipTo(new Date('2026-01-15T18:00:00Z'))
    expect([valueNow(admin.tenantId), asOfStart.get(minFrequency)]).toEqual([3, 10])
    await cache.look()
    cancel()
    expect(heard).toEqual([10, 3])
  })

  test('a tenant comes before all tenants, all tenants before the environment, and what loses says why', async () => {
    const { rules } = parts
    const global = await rules.create(owner, { name: label.name, value: 'route', scope: 'instance' })
    const own = await rules.create(admin, { name: label.name, value: 'corridor' })
    const newer = await rules.create(admin, { name: label.name, value: '7' })
    const [effective] = await rules.effective(admin.tenantId, { name: 'test.*.label' })
    expect(effective).toMatchObject({ value: '7', rule: { id: newer.id } })
    expect(effective?.beaten).toMatchObject([
      { rule: { id: own.id }, why: 'Both begin at the same instant, and the other was made later.' },
      { rule: { id: global.id }, why: "The tenant's own rule comes before one for all tenants." },
      { source: 'environment', value: 'path' },
    ])
    expect(await rules.effective(stranger.tenantId, { name: label.name })).toMatchObject([{ value: 'route' }])
    await rules.revoke(owner, global.id)
    expect(await rules.effective(stranger.tenantId, { name: label.name })).toMatchObject([{ value: 'path' }])
  })

  test('a draft holds once it is activated, and what was in force stays so in the past after it is revoked', async () => {
    const { rules } = parts
    const draft = await rules.create(admin, { name: minFrequency.name, value: 20, status: 'draft' })
    const query = {
      name: minFrequency.name,
      from: clock.ago('1d'),
      until: new Date('2026-02-01T00:00:00Z'),
      limit: 9,
    }
    expect(await rules.effective(admin.tenantId, { name: minFrequency.name })).toMatchObject([{ value: 3 }])
    expect(await rules.effective(admin.tenantId, { ...query, withDrafts: true })).toMatchObject([
      { value: 20 },
    ])
    let nowMs = clock.now().getTime()
    const ticking = Object.assign(Object.create(clock) as FakeClock, { now: () => new Date(nowMs++) })
    const { rules: meanwhile } = createRules({
      ...OPTIONS,
      database: database(),
      declared: [minFrequency],
      clock: ticking,
    })
    const preview = await meanwhile.effective(admin.tenantId, { name: minFrequency.name, withDrafts: true })
    expect(preview).toMatchObject([{ value: 20, rule: { status: 'draft' } }])
    clock.advance('1h')
    await rules.activate(admin, draft.id)
    const inForceAt = clock.now()
    clock.advance('1h')
    const { before, after } = await rules.revoke(admin, draft.id)
    expect([before.status, after.status, after.revokedBy]).toEqual(['active', 'revoked', 'user:ada'])
    expect(await rules.effective(admin.tenantId, { name: minFrequency.name, at: inForceAt })).toMatchObject([
      { value: 20 },
    ])
    expect(await rules.effective(admin.tenantId, { name: minFrequency.name })).toMatchObject([{ value: 3 }])
    const changes = await rules.changes(admin.tenantId, query)
    expect(changes.map(({ before, after }) => [before.value, after.value])).toEqual([
      [3, 10],
      [10, 3],
      [3, 20],
      [20, 3],
    ])
    await expect(rules.activate(admin, draft.id)).rejects.toMatchObject({ code: 'RULES_NOT_DRAFT' })
    await expect(rules.revoke(admin, draft.id)).rejects.toMatchObject({ code: 'RULES_REVOKED' })
  })

  test('lists are of the own tenant and of all tenants, and filter', async () => {
    const { rules } = parts
    const all = await rules.list(admin.tenantId, { limit: 100 })
    expect(all.map(({ value }) => value)).toEqual([20, '7', 'corridor', 'route', 10])
    const values = async (filter: object) =>
      (await rules.list(admin.tenantId, { limit: 100, ...filter })).map(({ value }) => value)
    expect(await values({ name: 'test.pattern.l*' })).toEqual(['7', 'corridor', 'route'])
    expect(await values({ category: 'sla_monitoring' })).toEqual([10])
    expect(await values({ status: 'active', scope: 'instance' })).toEqual([])
    expect(await values({ at: new Date('2026-01-15T09:00:00Z') })).toEqual([10])
    expect(await values({ limit: 1, after: all[0]?.seq ?? '' })).toEqual(['7'])
    const foreign = await rules.list(stranger.tenantId, { limit: 100 })
    expect(foreign.map(({ value }) => value)).toEqual(['route'])
    await expect(rules.get(stranger.tenantId, all[0]?.id ?? '')).rejects.toMatchObject({
      code: 'RULES_NOT_FOUND',
    })
  })

  test('of rules that took over from one another the last twenty come back as those are revoked, and older ones are over', async () => {
    const { rules, cache } = parts
    const made = []
    for (let value = 1; value <= 30; value += 1) {
      made.push(await rules.create(stranger, { name: minFrequency.name, value }))
      clock.advance('1m')
    }
    const open = await rules.list(stranger.tenantId, { name: minFrequency.name, at: clock.now(), limit: 100 })
    expect(open.map(({ value }) => value)).toEqual(Array.from({ length: 21 }, (_, n) => 30 - n))
    const paged: unknown[] = []
    for (let after: string | undefined, isThrough = false; !isThrough;) {
      const page = await rules.list(stranger.tenantId, { name: minFrequency.name, limit: 7, after })
      paged.push(...page.map(({ value }) => value))
      after = page.at(-1)?.seq
      isThrough = page.length < 7
    }
    expect(paged).toEqual(Array.from({ length: 30 }, (_, n) => 30 - n))
    const draft = await rules.create(stranger, { name: minFrequency.name, value: 31, status: 'draft' })
    await rules.activate(stranger, draft.id)
    const after = await rules.list(stranger.tenantId, {
      name: minFrequency.name,
      at: clock.now(),
      limit: 100,
    })
    expect(after.map(({ value }) => value)).toEqual(Array.from({ length: 21 }, (_, n) => 31 - n))
    await rules.revoke(stranger, draft.id)
    const [held] = await rules.effective(stranger.tenantId, {
      name: minFrequency.name,
      at: made[5]?.effectiveFrom,
    })
    expect(held?.value).toBe(6)
    await rules.revoke(stranger, made.at(-1)?.id ?? '')
    await cache.look()
    expect(valueNow(stranger.tenantId)).toBe(29)
  })

  test('rules that fit no more end none that does, and a draft ends none before it is activated', async () => {
    const [fits, narrow] = [
      { ...minFrequency, schema: z.number().int().max(10) },
      'test.pattern.min_frequency',
    ]
    const wide = open().rules
    const { rules } = createRules({ ...OPTIONS, database: database(), declared: [fits], clock })
    const caller = { ...stranger, tenantId: `tenant-${randomUUID()}` }
    await database().query(`INSERT INTO linehaul.tenant (id, name, time_zone) VALUES ($1, $1, 'UTC')`, [
      caller.tenantId,
    ])
    const valueOf = async () => (await rules.effective(caller.tenantId, { name: narrow }))[0]?.value
    for (const value of [5, ...Array.from({ length: 20 }, (_, n) => 50 + n)]) {
      await wide.create(caller, { name: narrow, value })
      clock.advance('1m')
    }
    expect(await valueOf()).toBe(5)
    for (let value = 1; value <= 21; value += 1) {
      await rules.create(caller, { name: narrow, value: 7, status: 'draft' })
      clock.advance('1m')
    }
    expect(await valueOf()).toBe(5)
    await rules.create(caller, { name: narrow, value: 6 })
    expect(await rules.list(caller.tenantId, { at: clock.now(), limit: 100 })).toHaveLength(22)
  })

  test('a draft whose window is over cannot be activated any more', async () => {
    const { rules } = parts
    const window = { effectiveFrom: new Date('2020-01-01'), effectiveUntil: new Date('2020-02-01') }
    const late = await rules.create(stranger, { name: label.name, value: 'late', status: 'draft', ...window })
    await expect(rules.activate(stranger, late.id)).rejects.toMatchObject({ code: 'RULES_WINDOW_OVER' })
  })

  describe('refuses', () => {
    test.each([
      [
        { name: 'test.patern.label', value: 'x' },
        'RULES_UNKNOWN_NAME',
        'The nearest that are: "test.pattern.label"',
      ],
      [
        { name: minFrequency.name, value: 'many' },
        'RULES_INVALID_VALUE',
        'takes a whole number from 1 to 100',
      ],
      [
        { name: minFrequency.name, value: '101' },
        'RULES_INVALID_VALUE',
        'takes a whole number from 1 to 100',
      ],
      [
        { name: minFrequency.name, value: 5, effectiveUntil: new Date(0) },
        'RULES_INVALID_WINDOW',
        'would end at 1970-01-01T00:00:00.000Z, before it begins at ',
      ],
      [
        { name: minFrequency.name, value: 5, effectiveFrom: new Date(0), effectiveUntil: new Date(0) },
        'RULES_INVALID_WINDOW',
        'would end at 1970-01-01T00:00:00.000Z, the instant at which it begins. Let it end later',
      ],
      [
        { name: minFrequency.name, value: 5, scope: 'instance' as const },
        'ACCESS_OWNERS_ONLY',
        'all tenants',
      ],
      [{ name: weight.name, value: 5 }, 'ACCESS_OWNERS_ONLY', 'all tenants'],
      [
        { name: weight.name, value: 5, scope: 'tenant' as const },
        'RULES_INSTANCE_ONLY',
        'the same for all tenants',
      ],
    ])('%j', async (wanted, code, sentence) => {
      const refused = parts.rules.create(admin, wanted)
      await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(sentence) })
    })

    test('to tell the changes up to an instant that is not after the one from which they are asked for', async () => {
      const [from, limit] = [clock.now(), 10]
      for (const until of [from, new Date(0)])
        await expect(parts.rules.changes(admin.tenantId, { from, until, limit })).rejects.toMatchObject({
          code: 'RULES_INVALID_LOOK_AHEAD',
          message: expect.stringContaining(`Nothing lies after ${from.toISOString()}`),
        })
    })

    test('more rules of a tenant than there may be, until one is revoked; others may go on', async () => {
      const caller = { ...admin, tenantId: `tenant-${randomUUID()}` }
      await database().query(`INSERT INTO linehaul.tenant (id, name, time_zone) VALUES ($1, $1, 'UTC')`, [
        caller.tenantId,
      ])
      const oneMore = { name: label.name, value: 'one more' }
      const { id } = await parts.rules.create(caller, oneMore)
      await database().query(FILL, [caller.tenantId, label.name, clock.now(), MOST_RULES - 1])
      await expect(parts.rules.create(caller, oneMore)).rejects.toMatchObject({
        code: 'RULES_TOO_MANY',
        message: 'There are 5000 rules already that are not over. Revoke what is not needed any more.',
      })
      await parts.rules.create(stranger, oneMore)
      await parts.rules.revoke(caller, id)
      await parts.rules.create(caller, oneMore)
    })

    test('what an admin does to a rule for all tenants', async () => {
      const global = await parts.rules.create(owner, { name: weight.name, value: 2, scope: 'instance' })
      await expect(parts.rules.revoke(admin, global.id)).rejects.toMatchObject({ code: 'ACCESS_OWNERS_ONLY' })
    })
  })

  test('a change is in force in another process as soon as it hears of it', async () => {
    const there = open()
    await there.cache.start()
    try {
      const changed = new Promise<void>((resolve) => there.cache.onChange(resolve))
      await parts.rules.create(admin, { name: minFrequency.name, value: 42 })
      await changed
      expect(there.cache.inForce(admin.tenantId).get(minFrequency)).toBe(42)
    } finally {
      await there.cache.stop()
    }
  })

  test('a change of which no word came through is seen at the next look, a second later', async () => {
    const there = open()
    await there.cache.start()
    try {
      const changed = new Promise<void>((resolve) => there.cache.onChange(resolve))
      await database().query(
        `WITH next AS (UPDATE linehaul.rule_version SET version = version + 1 RETURNING version)
         UPDATE linehaul.rule r SET status = 'revoked', revoked_at = $1, revoked_by = 'user:x', version = next.version
         FROM next WHERE status = 'active'`,
        [clock.now()],
      )
      clock.advance('1s')
      await changed
      expect(there.cache.inForce(admin.tenantId).get(minFrequency)).toBe(3)
    } finally {
      await there.cache.stop()
    }
  })
})
