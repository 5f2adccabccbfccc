import {
  analysisDebounce,
  analyzePatterns,
  digestDebounce,
  tellSuggestions,
  type FreightEvent,
} from './domain/freight/index.js'
import type { React, RecordedEvent } from './events/index.js'
import { request, type Client, type JobRequest, type Settings } from './queue/index.js'

type Reaction = (event: RecordedEvent & FreightEvent, settings: Settings) => readonly JobRequest[]

/** Which jobs follow from which event: the only edges between domains. */
const REACTIONS: Readonly<Record<string, Reaction>> = {
  'shipment.created': (event, settings) => [analyze(event, 'created', settings)],
  'shipment.completed': (event, settings) => [analyze(event, 'completed', settings)],
  'suggestion.created': (event, settings) => [tellOfSuggestions(event, settings)],
}

/** Enqueues what follows from events in the transaction that records them. */
export function reactTo(settings: Settings, enqueueMany: Client['enqueueMany']): React {
  return async (events, tx) => {
    const requests = events.flatMap(
      (event) => REACTIONS[event.type]?.(event as RecordedEvent & FreightEvent, settings) ?? [],
    )
    if (requests.length > 0) await enqueueMany(requests, { tx })
  }
}

/** One analysis for the customer, put off as long as shipments keep coming. */
function analyze(
  event: RecordedEvent & FreightEvent,
  trigger: 'created' | 'completed',
  settings: Settings,
): JobRequest {
  return request(
    analyzePatterns,
    { customerId: event.data.customerId, trigger },
    {
      tenantId: event.tenantId,
      actor: `event:${event.id}`,
      correlationId: event.correlationId ?? event.id,
      onClash: analysisDebounce(settings.inForce(event.tenantId)),
    },
  )
}

/** One notice of all new suggestions of a tenant: analyses make them customer by customer, and in batches. */
function tellOfSuggestions({ id, tenantId, correlationId }: RecordedEvent, settings: Settings): JobRequest {
  return request(
    tellSuggestions,
    {},
    {
      tenantId,
      actor: `event:${id}`,
      correlationId: correlationId ?? id,
      onClash: digestDebounce(settings.inForce(tenantId)),
    },
  )
}
