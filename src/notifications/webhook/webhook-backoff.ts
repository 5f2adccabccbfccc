import { exponential, type Backoff } from '../../queue/index.js'

/** With the waits below they go on for a little more than a day. */
export const WEBHOOK_ATTEMPTS = 19

const whole = exponential({ base: '10s', cap: '3h', jitter: 'none' })

/** 10 s, 20 s, 40 s … 3 h, each up to a twentieth more or less: a draw from all of it would end the attempts hours too early. */
export const webhookBackoff: Backoff = (failures, random) =>
  Math.round(whole(failures, random) * (0.95 + random() / 10))
