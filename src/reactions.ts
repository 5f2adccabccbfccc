import type { Config } from './config.js'
import { analyzePatterns, tellSuggestions, type FreightEvent } from './domain/freight/index.js'
import type { React, RecordedEvent } from './events/index.js'
import { request, type Client, type JobRequest } from './queue/index.js'

type Reaction = (event: RecordedEvent & FreightEvent, config: Config) => readonly JobRequest[]

/** Which jobs follow from which event: the only edges between domains. */
const REACTIONS: Readonly<Record<string, Reaction>> = {
  'shipment.created': (event, config) => [analyze(event, 'created', config)],
  'shipment.completed': (event, config) => [analyze(event, 'completed', config)],
  'suggestion.created': (event) => [tellOfSuggestions(event)],
}

/** Enqueues what follows from events in the transaction that records them. */
export function reactTo(config: Config, enqueueMany: Client['enqueueMany']): React {
  return async (events, tx) => {
    const requests = events.flatMap(
      (event) => REACTIONS[event.type]?.(event as RecordedEvent & FreightEvent, config) ?? [],
    )
    if (requests.length > 0) await enqueueMany(requests, { tx })
  }
}

/** One analysis for the customer, put off as long as shipments keep coming. */
function analyze(
  event: RecordedEvent & FreightEvent,
  trigger: 'created' | 'completed',
  config: Config,
): JobRequest {
  const { debounce, debounceAtMost } = config.freight.analysis
  return request(
    analyzePatterns,
    { customerId: event.data.customerId, trigger },
    {
      tenantId: event.tenantId,
      actor: `event:${event.id}`,
      correlationId: event.correlationId ?? event.id,
      onClash: { debounce, atMost: debounceAtMost },
    },
  )
}

/** One notice of all new suggestions of a tenant: analyses make them customer by customer, and in batches. */
function tellOfSuggestions({ id, tenantId, correlationId }: RecordedEvent): JobRequest {
  return request(
    tellSuggestions,
    {},
    {
      tenantId,
      actor: `event:${id}`,
      correlationId: correlationId ?? id,
      onClash: { debounce: '1m', atMost: '10m' },
    },
  )
}
