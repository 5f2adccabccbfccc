import { randomUUID } from 'node:crypto'

import autocannon from 'autocannon'

import type { LoadOrder, LoadResult } from '../api/load.js'

/** As the document of the job API writes it, each for a customer of its own: no two are the same job. */
const body = () =>
  JSON.stringify({
    type: 'pattern:analyze',
    data: { customerId: randomUUID(), trigger: 'manual' },
    options: { priority: 1, attempts: 3 },
  })

process.once('message', async ({ url, key, connections, seconds }: LoadOrder) => {
  const run = await autocannon({
    url: `${url}/api/v1/jobs`,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        setupRequest: (request: object) => ({ ...request, body: body() }),
      },
    ],
  })
  const result: LoadResult = {
    perSecond: (run.requests.total - run.non2xx) / run.duration,
    failed: run.non2xx + run.errors + run.timeouts,
  }
  process.send?.(result, () => process.disconnect())
})
