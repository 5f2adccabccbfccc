import { randomUUID } from 'node:crypto'

import { beforeEach, expect, test } from 'vitest'

import type { Caller } from '../access/index.js'
import { onEachDatabase } from '../database/testing/test-database.js'
import { systemClock, type Clock } from '../time/index.js'
import { FakeClock } from '../time/testing/fake-clock.js'
import { createRules, type RuleParts } from './create-rules.js'
import { minFrequency } from './testing/a-rule.js'

const { name } = minFrequency

onEachDatabase((database) => {
  let caller: Caller
  let ahead: FakeClock
  let behind: FakeClock

  beforeEach(async () => {
    const tenantId = `tenant-${randomUUID()}`
    await database().query(`INSERT INTO linehaul.tenant (id, name, time_zone) VALUES ($1, $1, 'UTC')`, [
      tenantId,
    ])
    caller = { tenantId, actor: 'user:ada', role: 'admin', scopes: null, businessUnitId: null }
    await database().query('UPDATE linehaul.rule_version SET changed_at = NULL') // nobody has changed any
    ahead = new FakeClock('2026-01-15T07:00:05Z')
    behind = new FakeClock('2026-01-15T07:00:00Z')
  })

  function hostWith(clock: Clock): RuleParts {
    return createRules({
      ...{ database: database(), declared: [minFrequency], taken: [], variable: () => undefined, clock },
      onError: (error) => expect.fail(String(error)),
    })
  }

  async function valueIn({ cache }: RuleParts): Promise<number> {
    await cache.look()
    return cache.inForce(caller.tenantId).get(minFrequency)
  }

  const told = async ({ rules }: RuleParts) => (await rules.effective(caller.tenantId, { name }))[0]?.value

  test('what is set again through another host wins, however far ahead the first one was', async () => {
    const [first, second] = [hostWith(ahead), hostWith(behind)]
    await first.rules.create(caller, { name, value: 50 })
    ahead.advance('1s')
    behind.advance('1s')
    await second.rules.create(caller, { name, value: 7 })
    expect([await told(second), await valueIn(first), await valueIn(second)]).toEqual([7, 7, 7])
    ahead.advance('1h')
    behind.advance('1h')
    expect([await told(first), await told(second), await valueIn(first), await valueIn(second)]).toEqual([
      7, 7, 7, 7,
    ])
  })

  test('a host that is behind goes by what was set and revoked as soon as it learns of it', async () => {
    const [writer, worker] = [hostWith(ahead), hostWith(behind)]
    const rule = await writer.rules.create(caller, { name, value: 50 })
    expect(await valueIn(worker)).toBe(50)
    await writer.rules.revoke(caller, rule.id)
    expect(await valueIn(worker)).toBe(3)
    const draft = await writer.rules.create(caller, { name, value: 60, status: 'draft' })
    ahead.advance('1s')
    await writer.rules.activate(caller, draft.id)
    expect(await valueIn(worker)).toBe(60)
  })

  test('a window that somebody has chosen begins and ends by the clock of each host', async () => {
    const [writer, worker] = [hostWith(ahead), hostWith(behind)]
    const window = {
      effectiveFrom: new Date('2026-01-15T07:00:04Z'),
      effectiveUntil: new Date('2026-01-15T07:00:10Z'),
    }
    await writer.rules.create(caller, { name, value: 50, ...window })
    expect([await valueIn(writer), await valueIn(worker)]).toEqual([50, 3])
    behind.skipTo(window.effectiveFrom)
    expect(await valueIn(worker)).toBe(50)
    ahead.skipTo(window.effectiveUntil)
    expect([await valueIn(writer), await valueIn(worker)]).toEqual([3, 50])
  })

  test('no change is dated before an earlier one, even where the clock was set back meanwhile', async () => {
    const { rules } = hostWith(ahead)
    const rule = await rules.create(caller, { name, value: 50 })
    ahead.skipTo(new Date('2026-01-15T06:00:00Z'))
    const { after } = await rules.revoke(caller, rule.id)
    expect([after.revokedAt, await rules.now()]).toEqual([rule.createdAt, rule.createdAt])
    expect(await told({ rules } as RuleParts)).toBe(3)
  })

  test('the instant of a change is the database’s, whatever the clock of the process says', async () => {
    const farAhead = new Date('2099-01-01T00:00:00Z')
    const { rules } = hostWith({ ...systemClock, now: () => farAhead })
    const before = await rules.now()
    const made = await rules.create(caller, { name, value: 50 })
    const instants = [before, made.effectiveFrom, await rules.now()].map(Number)
    expect(made.createdAt).toEqual(made.effectiveFrom)
    expect(instants).toEqual(instants.toSorted((a, b) => a - b))
    expect(Math.max(...instants)).toBeLessThan(farAhead.getTime())
    expect(await told({ rules } as RuleParts)).toBe(50)
  })
})
