import { expect, test } from 'vitest'

import { exponential } from './attempt/backoff.js'
import { bulkPayload, refuseInvalidBulk } from './operate/bulk.js'
import { defineJob, type JobOptions } from './define-job.js'
import { planFlow } from './flow/flow.js'
import { refuseInvalidKeeps } from './keep.js'
import { prepare } from './enqueue/prepare.js'
import { settleQueues } from './work/queue-settings.js'
import type { JobRequest } from './enqueue/request.js'

const NOW = new Date('2026-01-05T08:00:00Z')
const options: JobOptions<object, unknown> = {
  name: 'test.work',
  queue: 'default',
  payload: { parse: () => ({}) },
  run: async () => undefined,
}
const schedule = { name: 'daily', cron: '0 2 * * *', timeZone: 'UTC', payload: () => ({}) }
const unique = defineJob({ ...options, uniqueKey: () => 'one' })

// What JavaScript may say although types forbid it.
const define = (odd: object) => defineJob({ ...options, ...odd } as JobOptions<object, unknown>)
const wish = (odd: object) =>
  prepare(unique, { name: 'test.work', payload: {}, tenantId: 'a', ...odd } as JobRequest, NOW)
const queue = (odd: object) => settleQueues([], { critical: odd }, undefined)
const flow = (odd: object) =>
  planFlow({ first: { name: 'test.work', payload: {}, tenantId: 'a', ...odd } }, (wish) =>
    prepare(unique, wish, NOW),
  )
const bulk = (odd: object) => refuseInvalidBulk({ action: 'delete', filter: {}, ...odd } as never, [])
const stored = (odd: object) =>
  bulkPayload.parse({ action: 'delete', filter: {}, upTo: NOW.toISOString(), ...odd })

test.each<[string, () => unknown, RegExp]>([
  ['a queue', () => queue({ wieght: 6 }), /"wieght" of the queue critical\. Did you mean "weight"/],
  ['a queue’s rate', () => queue({ rate: { max: 1, pre: '1m' } }), /"pre" of the rate of the queue critical/],
  [
    'a limit',
    () => define({ limits: [{ concurency: 1 }] }),
    /"concurency" of a limit .* test\.work.*"concurrency"/,
  ],
  [
    'a limit’s rate',
    () => define({ limits: [{ rate: { mx: 1, per: '1m' } }] }),
    /"mx" of the rate of a limit .*"max"/,
  ],
  [
    'a schedule',
    () => define({ schedules: [{ ...schedule, timezone: 'UTC' }] }),
    /"timezone" of the schedule daily .*"timeZone"/,
  ],
  ['keep', () => define({ keep: { ded: '1d' } }), /"ded" of keep of the job definition test\.work.*"dead"/],
  [
    'keeps',
    () => refuseInvalidKeeps([{ table: 'a', column: 'b', for: '1d', colum: 'c' } as never]),
    /"colum" of keeps/,
  ],
  ['a backoff', () => exponential({ bsae: '1s' } as never), /"bsae" of a backoff\. Did you mean "base"/],
  [
    'a request’s backoff',
    () => wish({ backoff: { max: '1m' } }),
    /"max" of a backoff\. Known: base, cap, jitter/,
  ],
  [
    'onClash',
    () => wish({ onClash: { debounce: '1s', atmost: '1m' } }),
    /"atmost" of onClash\. Did you mean "atMost"/,
  ],
  [
    'a part of a flow',
    () => flow({ aftr: [] }),
    /"aftr" of the part "first" of a flow\. Did you mean "after"/,
  ],
  ['a bulk operation', () => bulk({ dryrun: true }), /"dryrun" of a bulk operation\. Did you mean "dryRun"/],
  [
    'its filter',
    () => bulk({ filter: { nam: 'x' } }),
    /"nam" of the filter of a bulk operation\. Did you mean "name"/,
  ],
  ['a stored one, of a later version', () => stored({ filter: { actor: 'x' } }), /"actor" of the filter/],
  ['what every object has', () => bulk({ filter: { constructor: 'x' } }), /"constructor" of the filter/],
])(
  'an unknown option of %s is named, with where it stands and what it may have meant',
  (_of, ask, message) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'JOBS_UNKNOWN_OPTION' }) as Error)
    expect(ask).toThrow(message)
  },
)

test.each<[string, () => unknown, string, RegExp]>([
  ['a clash', () => wish({ onClash: 'replce' }), 'JOBS_INVALID_OPTION', /"replce", not keep, replace/],
  [
    'a parent that is dead',
    () => flow({ onParentDead: 'cancle' }),
    'JOBS_INVALID_OPTION',
    /"first" is "cancle"/,
  ],
  [
    'a unique key',
    () => define({ uniqueKey: () => 'x', uniqueUntil: 'end' }),
    'JOBS_INVALID_DEFINITION',
    /"end"/,
  ],
  ['a rate without a number', () => queue({ rate: { per: '1m' } }), 'JOBS_INVALID_OPTION', /undefined/],
  ['a filter that is missing', () => bulk({ filter: undefined }), 'JOBS_INVALID_OPTION', /{}, means all/],
  ['a state', () => bulk({ filter: { state: 'don' } }), 'JOBS_INVALID_OPTION', /did you mean "done"/],
  ['an instant', () => bulk({ filter: { createdFrom: '2026' } }), 'JOBS_INVALID_OPTION', /not a Date/],
])('an unknown word for %s is refused', (_of, ask, code, message) => {
  expect(ask).toThrow(expect.objectContaining({ code }) as Error)
  expect(ask).toThrow(message)
})
