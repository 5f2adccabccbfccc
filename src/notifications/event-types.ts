import type { AnyJob } from '../queue/index.js'
import { JobNotify } from './outcome/notify-on.js'

/** A kind of things that people are told of. */
export interface EventType {
  /** `job.analysis.pattern_complete` */
  readonly type: string
  /** For people: one sentence. */
  readonly description: string
}

/** What this part tells by itself. */
export const OWN_EVENT_TYPES: readonly EventType[] = [
  { type: 'mail.failed', description: 'A mail to an address has failed for good.' },
  { type: 'notification.test', description: 'Somebody tries how they are told.' },
  { type: 'webhook.disabled', description: 'A webhook has failed for a day and was disabled.' },
]

/** Each type once, in order. The first who describes one is believed. */
export function mergeEventTypes(...lists: readonly (readonly EventType[])[]): readonly EventType[] {
  const byType = new Map<string, EventType>()
  for (const one of lists.flat()) if (!byType.has(one.type)) byType.set(one.type, one)
  return [...byType.values()].sort((a, b) => (a.type < b.type ? -1 : 1))
}

/** Of what definitions tell by their `notify`. */
export function eventTypesOf(jobs: readonly Pick<AnyJob, 'name' | 'notify'>[]): readonly EventType[] {
  return jobs.flatMap(({ name, notify }) =>
    notify instanceof JobNotify
      ? [{ type: notify.eventType, description: `A job ${name} is done, or has failed for good.` }]
      : [],
  )
}
