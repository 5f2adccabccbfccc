const NO_TENANTS = 'it knows no tenants'
export const NO_FILL = 'its tables cannot be filled so far within the time of a run'

/** What no peer takes part in, besides its own. */
export function leftOutByAll(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    'drain-two-million-finished': NO_FILL,
    'greedy-tenant': NO_TENANTS,
    weights: 'its queues have no weights',
    'queues-200': 'each queue is worked by a worker of its own, with a concurrency of its own',
    ...own,
  }
}
