import { z } from 'zod'

import { isStorable, NOT_STORABLE } from '../../directory/index.js'
import { isUsual, NOT_USUAL } from '../../time/index.js'

/** Any name or id in a query. */
export const Text = z.string().min(1).max(500).refine(isStorable, NOT_STORABLE)

export const Instant = z.iso
  .datetime({ offset: true })
  .transform((at) => new Date(at))
  .refine(isUsual, NOT_USUAL)

/** Whose part of something is meant. */
export const Scope = z.strictObject({
  scope: z.enum(['tenant', 'all']).default('tenant').describe('`all`: of every tenant; owners only.'),
})
