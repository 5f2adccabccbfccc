import { setTimeout as pause } from 'node:timers/promises'

import { z } from 'zod'

import { defineJob } from '../../src/queue/index.js'

/** Takes so long, and does nothing meanwhile. */
export const hostJob = defineJob<{ ms: number }>({
  name: 'bench.host-job',
  queue: 'hosts',
  payload: z.object({ ms: z.number() }),
  async run({ ms }) {
    if (ms > 0) await pause(ms)
  },
})
