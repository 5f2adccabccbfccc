import { z } from 'zod'

import { defineJob } from '../../queue/index.js'
import type { FreightNeeds } from './needs.js'

const Payload = z.strictObject({})

/** Tells those who may accept a tenant's lane suggestions of the new ones: one notice, not one for each. */
export const tellSuggestions = defineJob<z.output<typeof Payload>, FreightNeeds>({
  name: 'freight.tell-suggestions',
  queue: 'default',
  payload: Payload,

  maxAttempts: 10,
  uniqueKey: () => 'all',

  byHand: () => ({
    instead: 'It follows from new suggestions by itself; GET /api/v1/lane-suggestions lists them.',
  }),

  async run(_payload, { suggestionDigest }, attempt) {
    await suggestionDigest.tell(attempt)
  },
})
