import { z } from 'zod'

import { defineJob } from '../../queue/index.js'
import type { FreightNeeds } from './needs.js'

const Payload = z.strictObject({})

export type ExpireSuggestionsPayload = z.output<typeof Payload>

/** Expires a tenant's lane suggestions that nobody decided about in time. */
export const expireSuggestions = defineJob<ExpireSuggestionsPayload, FreightNeeds>({
  name: 'freight.expire-suggestions',
  aliases: ['pattern:expire_suggestions'],
  queue: 'default',
  payload: Payload,

  uniqueKey: () => 'all',

  schedules: [{ name: 'every-6-hours', cron: '0 */6 * * *', timeZone: 'tenant', payload: () => ({}) }],

  async run(_payload, { suggestions }, { tenantId }) {
    return { expired: await suggestions.expireDue(tenantId) }
  },
})
