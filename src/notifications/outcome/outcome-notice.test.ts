import { describe, expect, test } from 'vitest'

import { notifyOn, type NotifyOptions } from './notify-on.js'
import { outcomeNotice, type ToldOutcome } from './outcome-notice.js'

const anOutcome = (options: NotifyOptions, given: Partial<ToldOutcome> = {}): ToldOutcome => ({
  jobId: 'job_1',
  tenantId: 'acme',
  definition: { name: 'freight.analyze-patterns', notify: notifyOn(options) },
  state: 'done',
  result: '"3 new lanes"',
  error: null,
  actor: 'user:u1',
  correlationId: null,
  subject: 'customer:c1',
  attempt: 1,
  endId: 'e1',
  ...given,
})
const dead = {
  state: 'dead',
  result: null,
  error: { code: 'JOBS_FAILED', message: 'carrier is down' },
} as const
const patterns = { eventType: 'job.analysis.pattern_complete', titleTemplate: 'Pattern Analysis' }

describe('the words of a job’s end', () => {
  test('are those of its type, completed or failed', () => {
    expect(outcomeNotice(anOutcome(patterns))).toMatchObject({
      eventType: 'job.analysis.pattern_complete',
      priority: 'medium',
      title: 'Pattern Analysis Completed',
      message: 'Pattern analysis job job_1 has completed successfully: 3 new lanes',
      tags: ['job', 'freight.analyze-patterns'],
    })
    expect(outcomeNotice(anOutcome(patterns, dead))).toMatchObject({
      priority: 'high',
      title: 'Pattern Analysis Failed',
      message: 'Pattern analysis job job_1 has failed: carrier is down',
    })
  })

  test('of a type that says nothing are those of any job', () => {
    expect(outcomeNotice(anOutcome({}))).toMatchObject({
      eventType: 'job.unknown',
      title: 'Job Completed',
      message: 'Job job_1 has completed successfully: 3 new lanes',
    })
  })

  test('are the title alone and the result alone where the type wants that', () => {
    const custom = {
      titleTemplate: 'Shipment Delay Notice!',
      messageTemplate: '%s',
      useCustomTitle: true,
      useCustomMessage: true,
      tags: ['job', 'shipment', 'delay'],
    }
    const told = { title: 'Shipment Delay Notice!', tags: ['job', 'shipment', 'delay'] }
    expect(outcomeNotice(anOutcome(custom))).toMatchObject({ ...told, message: '3 new lanes' })
    expect(outcomeNotice(anOutcome(custom, dead))).toMatchObject({ ...told, message: 'carrier is down' })
  })

  test('end with how it ended when there is no result, and take no place in a result for one of their own', () => {
    const message = (result: string | null, options: NotifyOptions = {}) =>
      outcomeNotice(anOutcome({ ...patterns, ...options }, { result }))?.message
    expect(message(null)).toBe('Pattern analysis job job_1 has completed successfully')
    expect(message('"100 %s sure"')).toMatch(/: 100 %s sure$/)
    expect(message('{"lanes":3}')).toMatch(/: \{"lanes":3\}$/)
    expect(
      message('{"lanes":3}', { inWords: (result) => `${(result as { lanes: number }).lanes} lanes` }),
    ).toMatch(/: 3 lanes$/)
    expect(message(JSON.stringify('x'.repeat(5_000)))?.length).toBeLessThan(1_100)
  })

  test('a message with more or fewer places than values is refused when it is declared', () => {
    expect(() => notifyOn({ messageTemplate: 'Job %s has ended' })).toThrow(/1 places: write 3 times %s/)
    expect(() => notifyOn({ messageTemplate: '%s: %s', useCustomMessage: true })).toThrow(/write 1 times/)
  })
})

describe('who is told', () => {
  const target = (given: Partial<ToldOutcome>, options: NotifyOptions = {}) =>
    outcomeNotice(anOutcome(options, given))?.target

  test('is whoever started the job, or the admins where it failed and they have left', () => {
    expect(target({})).toEqual({ kind: 'user', userId: 'u1', orElse: null })
    expect(target(dead)).toEqual({ kind: 'user', userId: 'u1', orElse: { kind: 'role', role: 'admin' } })
  })

  test.each(['schedule:s1', 'event:e1', 'api-key:k1', 'job:j1', null])(
    'are the admins when a job of %s fails, and nobody when it is done',
    (actor) => {
      expect(target({ actor })).toBeUndefined()
      expect(target({ ...dead, actor })).toEqual({ kind: 'role', role: 'admin' })
    },
  )

  test('is as the definition says, if it says so', () => {
    expect(target({}, { to: { kind: 'role', role: 'manager' } })).toEqual({ kind: 'role', role: 'manager' })
  })

  test('is nobody for a definition whose `notify` is another’s', () => {
    const definition = { name: 'test.work', notify: { onDead: 'call me' } } as const
    expect(outcomeNotice(anOutcome({}, { definition }))).toBeUndefined()
  })
})

test('a job that is replayed and ends again is another cause', () => {
  const cause = (endId: string) => outcomeNotice(anOutcome({}, { endId }))?.cause
  expect(cause('e1')).toBe('job:job_1:done:e1')
  expect(cause('e2')).not.toBe(cause('e1'))
})
