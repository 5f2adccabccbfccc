import { z } from 'zod'

import { isTimeZone } from '../../time/index.js'
import { EventPattern } from '../event-pattern.js'

export const CHANNELS = ['in-app', 'email'] as const
export type Channel = (typeof CHANNELS)[number]

const Channels = z.array(z.enum(CHANNELS)).max(CHANNELS.length)
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day such as 22:00')

const QuietHours = z
  .strictObject({ from: TimeOfDay, to: TimeOfDay })
  .refine(
    ({ from, to }) => from !== to,
    'must have two times that differ; to be told nothing, turn channels off',
  )

/** How somebody wants to be told, in one tenant. What is left out is as it is by default. */
export const Preferences = z.strictObject({
  channels: z
    .strictObject({
      critical: Channels.default(['in-app', 'email']),
      high: Channels.default(['in-app', 'email']),
      medium: Channels.default(['in-app']),
      low: Channels.default(['in-app']),
    })
    .prefault({})
    .describe('Where you are told, by priority. What is critical is in-app in any case.'),
  events: z
    .array(z.strictObject({ pattern: EventPattern, channels: Channels }))
    .max(100)
    .default([])
    .describe(
      'Where you are told of some events, whatever their priority. The first pattern that fits counts.',
    ),
  quietHours: QuietHours.nullable()
    .default(null)
    .describe(
      'From–to on clocks of the time zone, over midnight too. What is medium or low waits until they are over.',
    ),
  digest: z
    .strictObject({
      every: z.enum(['none', 'hourly', 'daily']).default('none'),
      hour: z.int().min(0).max(23).default(8).describe('Of a daily one.'),
    })
    .prefault({})
    .describe('E-mails of medium and low priority together in one.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be an IANA name such as Europe/Berlin')
    .nullable()
    .default(null)
    .describe("An IANA name; null: the tenant's."),
})

export type Preferences = z.output<typeof Preferences>

/** Preferences with the zone that they are meant in. */
export type InZone = Preferences & { readonly timeZone: string }

/** Of somebody who never chose. */
export const DEFAULT_PREFERENCES: Preferences = Preferences.parse({})

/** As they were stored, perhaps by another version: what this one cannot read is as it is by default. */
export function readPreferences(stored: unknown): Preferences {
  return Preferences.safeParse(stored ?? {}).data ?? DEFAULT_PREFERENCES
}
