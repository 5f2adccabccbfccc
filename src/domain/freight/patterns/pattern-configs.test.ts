import { expect, test } from 'vitest'

import { onEachDatabase } from '../../../database/testing/test-database.js'
import { patternRules } from '../migrations/003-pattern-rules.js'
import { adminOf, aFreight } from '../testing/freight-fixture.js'
import { DEFAULT_SETTINGS } from './config.js'

onEachDatabase((database) => {
  test('the defaults hold until a tenant changes them, and each change counts', async () => {
    const { freight, tenantId } = await aFreight(database())
    const { patternConfigs } = freight
    expect(await patternConfigs.get(tenantId)).toEqual({ ...DEFAULT_SETTINGS, version: 0 })
    const settings = { ...DEFAULT_SETTINGS, minConfidenceScore: 0.55 }
    const first = await patternConfigs.put(adminOf(tenantId), settings, 0)
    expect(first).toEqual({ ...settings, version: 1 })
    expect(await patternConfigs.put(adminOf(tenantId), { ...settings, enabled: false }, 1)).toMatchObject({
      enabled: false,
      version: 2,
    })
    expect(await patternConfigs.get(tenantId)).toMatchObject({ minConfidenceScore: 0.55, version: 2 })
  })

  test('a change to a version that is no longer current is refused, and makes no rule', async () => {
    const { freight, tenantId, configure } = await aFreight(database())
    await configure({ minFrequency: 4 })
    for (const stale of [0, 2])
      await expect(
        freight.patternConfigs.put(adminOf(tenantId), DEFAULT_SETTINGS, stale),
      ).rejects.toMatchObject({ code: 'FREIGHT_CONFIG_CHANGED' })
    expect(await freight.patternConfigs.get(tenantId)).toMatchObject({ minFrequency: 4, version: 1 })
  })

  test('of changes to one version, made at the same time, one is taken', async () => {
    const { freight, tenantId } = await aFreight(database())
    const changes = [4, 5, 6].map((minFrequency) =>
      freight.patternConfigs.put(adminOf(tenantId), { ...DEFAULT_SETTINGS, minFrequency }, 0),
    )
    const ends = (await Promise.allSettled(changes)).map(({ status }) => status).sort()
    expect(ends).toEqual(['fulfilled', 'rejected', 'rejected'])
  })

  test('a rule that begins or ends by the clock is in the configuration, and counts as a change', async () => {
    const { freight, tenantId, rules, clock } = await aFreight(database())
    const hour = (hours: number) => new Date(clock.now().getTime() + hours * 3_600_000)
    await rules.create(adminOf(tenantId), {
      ...{ name: 'freight.pattern.min_frequency', value: '2' },
      ...{ effectiveFrom: hour(1), effectiveUntil: hour(2) },
    })
    const seen = []
    for (let hours = 0; hours < 3; hours++) {
      const { minFrequency, version } = await freight.patternConfigs.get(tenantId)
      seen.push([minFrequency, version])
      clock.advance('1h')
    }
    expect(seen).toEqual([
      [3, 0],
      [2, 1],
      [3, 2],
    ])
  })

  test('what a tenant had set in an earlier version has become rules, defaults apart', async () => {
    const { freight, tenantId } = await aFreight(database())
    await database().query(
      `INSERT INTO linehaul.pattern_config VALUES ($1, false, 3, 60, 0.55, 30, true, true, 7, '2026-01-01T00:00:00Z')`,
      [tenantId],
    )
    await database().transaction((tx) => tx.script(patternRules.sql))
    expect(await freight.patternConfigs.get(tenantId)).toEqual({
      ...DEFAULT_SETTINGS,
      ...{ enabled: false, analysisWindowDays: 60, minConfidenceScore: 0.55, requireExactMatch: true },
      version: 4,
    })
  })
})
