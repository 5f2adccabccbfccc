import { randomUUID } from 'node:crypto'

import { z } from 'zod'

import { defineRule } from '../define-rule.js'
import type { StoredRule } from '../stored-rule.js'

/** What tests set: from 1 to 100, 3 where nobody says otherwise. */
export const minFrequency = defineRule('test.pattern.min_frequency', z.number().int().min(1).max(100), {
  default: 3,
  unit: 'occurrences',
  description: 'Fewest days with a pickup that make a lane.',
})

let made = 0

/** An active rule of the tenant `t` that holds for good since long ago, unless `given` says otherwise. */
export function aRule(given: Partial<StoredRule> = {}): StoredRule {
  made += 1
  const longAgo = new Date('2020-01-01T00:00:00Z')
  return {
    ...{ id: randomUUID(), seq: String(made), tenantId: 't', name: minFrequency.name, value: 10 },
    ...{ category: 'test', effectiveFrom: longAgo, effectiveUntil: null, status: 'active' },
    ...{ author: 'user:ada', createdAt: longAgo, activatedAt: longAgo, activatedBy: 'user:ada' },
    ...{ revokedAt: null, revokedBy: null },
    ...given,
  }
}
