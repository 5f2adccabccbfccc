import { randomUUID } from 'node:crypto'

import { expect, test } from 'vitest'

import type { Transaction } from './database/index.js'
import type { RecordedEvent } from './events/index.js'
import type { JobRequest, Setting, Settings } from './queue/index.js'
import { reactTo } from './reactions.js'

/** Settings of which one tenant has set some. */
const settings = (ofTenant: string, values: Readonly<Record<string, unknown>>): Settings => ({
  inForce: (tenantId) => ({
    get: <Value>({ name, default: otherwise }: Setting<Value>) =>
      ((tenantId === ofTenant ? values[name] : undefined) ?? otherwise) as Value,
  }),
  onChange: () => () => undefined,
})

async function reactionsTo(type: string, tenantId: string, set: Settings): Promise<readonly JobRequest[]> {
  const requests: JobRequest[] = []
  const react = reactTo(set, async (wishes) => {
    requests.push(...wishes)
    return []
  })
  const event = { id: randomUUID(), type, tenantId, correlationId: null, data: { customerId: randomUUID() } }
  await react([event as unknown as RecordedEvent], {} as Transaction)
  return requests
}

test.each([
  ['shipment.created', 'freight.analyze-patterns', 'freight.analysis', { debounce: '30s', atMost: '5m' }],
  [
    'suggestion.created',
    'freight.tell-suggestions',
    'freight.suggestion_digest',
    { debounce: '1m', atMost: '10m' },
  ],
])('%s has a job %s wait as long as the rules %s of its tenant say', async (event, job, rules, usual) => {
  const set = settings('acme', { [`${rules}.debounce`]: '2s', [`${rules}.debounce_at_most`]: '3s' })
  expect(await reactionsTo(event, 'acme', set)).toMatchObject([
    { name: job, tenantId: 'acme', onClash: { debounce: '2s', atMost: '3s' } },
  ])
  expect(await reactionsTo(event, 'other', set)).toMatchObject([{ name: job, onClash: usual }])
})
