import { z } from 'zod'

/** Jobs that one socket watches at a time. */
export const MOST_WATCHED = 100

const JobIds = z
  .array(z.string().max(64))
  .min(1)
  .max(MOST_WATCHED)
  .transform((ids) => [...new Set(ids)])
const EventNumber = z.int().min(0)

/** All that a client may send. Nothing of it is passed on to anybody. */
export const MESSAGES = {
  watch: z.strictObject({ jobIds: JobIds }),
  unwatch: z.strictObject({ jobIds: JobIds }),
  resume: z.strictObject({ stream: z.string().max(200), after: EventNumber }),
  /** These notifications have arrived on a screen. */
  ack: z.strictObject({ notificationIds: z.array(z.uuid()).min(1).max(100) }),
} as const

export type MessageName = keyof typeof MESSAGES
export type Message<Name extends MessageName> = z.output<(typeof MESSAGES)[Name]>

/** What a client may say when it connects: its secret, where it sends no header, and after which numbers it goes on. */
export const Handshake = z.object({
  token: z.string().max(10_000).optional(),
  after: z.record(z.string().max(200), EventNumber).default({}),
})

export function isMessage(name: string): name is MessageName {
  return Object.hasOwn(MESSAGES, name)
}
