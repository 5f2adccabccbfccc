import { expect, test } from 'vitest'

import { onEachDatabase } from '../../../database/testing/test-database.js'
import { aFreight } from '../testing/freight-fixture.js'
import { DEFAULT_CONFIG, DEFAULT_SETTINGS } from './config.js'

onEachDatabase((database) => {
  test('the defaults hold until a tenant changes them, and each change counts', async () => {
    const { freight, tenantId } = await aFreight(database())
    expect(await freight.patternConfigs.get(tenantId)).toEqual(DEFAULT_CONFIG)
    const settings = { ...DEFAULT_SETTINGS, minConfidenceScore: 0.55 }
    const first = await freight.patternConfigs.put(tenantId, settings, 0)
    expect(first).toEqual({ ...settings, version: 1 })
    expect(await freight.patternConfigs.put(tenantId, { ...settings, enabled: false }, 1)).toMatchObject({
      enabled: false,
      version: 2,
    })
    expect(await freight.patternConfigs.get(tenantId)).toMatchObject({ minConfidenceScore: 0.55, version: 2 })
  })

  test('a change to a version that is no longer current is refused', async () => {
    const { freight, tenantId } = await aFreight(database())
    await freight.patternConfigs.put(tenantId, DEFAULT_SETTINGS, 0)
    for (const stale of [0, 2])
      await expect(freight.patternConfigs.put(tenantId, DEFAULT_SETTINGS, stale)).rejects.toMatchObject({
        code: 'FREIGHT_CONFIG_CHANGED',
      })
  })
})
