import { z } from 'zod'

/** Any name or id in a query. */
export const Text = z.string().min(1).max(500)

export const Instant = z.iso.datetime({ offset: true }).transform((at) => new Date(at))
