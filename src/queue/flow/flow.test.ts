import { expect, test } from 'vitest'
import { z } from 'zod'

import { defineJob } from '../define-job.js'
import { planFlow, type FlowPart } from './flow.js'
import { prepare } from '../enqueue/prepare.js'

const work = defineJob<{ key?: string | undefined }>({
  name: 'test.work',
  queue: 'default',
  payload: z.object({ key: z.string().optional() }),
  run: async () => undefined,
})
const unique = defineJob({ ...work, name: 'test.unique', uniqueKey: ({ key = '' }) => key })

const part = (more: Partial<FlowPart> = {}): FlowPart => ({
  name: 'test.work',
  payload: {},
  tenantId: 'default',
  ...more,
})

const plan = (parts: Record<string, FlowPart>) =>
  planFlow(parts, (wish) => prepare(wish.name === 'test.work' ? work : unique, wish, new Date(0)))

const complaintAbout = (parts: Record<string, FlowPart>): { code: string; message: string } => {
  try {
    plan(parts)
  } catch (error) {
    return error as { code: string; message: string }
  }
  return { code: 'none', message: '' }
}

test('parts that wait are blocked with what becomes of them, and those that are awaited know it', () => {
  const planned = plan({
    a: part(),
    b: part({ after: ['a', 'a'] }),
    c: part({ after: ['a', 'b'], onParentDead: 'run' }),
  })
  expect(planned.map(({ after }) => after)).toEqual([[], ['a'], ['a', 'b']])
  expect(planned.map(({ prepared: { row } }) => [row.onParentDead, row.hasWaiters])).toEqual([
    [null, true],
    ['cancel', true],
    ['run', false],
  ])
})

test('a circle is refused and named, however it is entered', () => {
  expect(
    complaintAbout({
      start: part({ after: ['b'] }),
      a: part({ after: ['free', 'c'] }),
      b: part({ after: ['a'] }),
      c: part({ after: ['b'] }),
      free: part(),
    }),
  ).toMatchObject({
    code: 'JOBS_FLOW_CYCLE',
    message: expect.stringContaining('"b" after "a" after "c" after "b"'),
  })
  expect(complaintAbout({ a: part({ after: ['a'] }) })).toMatchObject({
    code: 'JOBS_FLOW_CYCLE',
    message: expect.stringContaining('"a" after "a"'),
  })
})

test('a chain of ten thousand parts is no circle', () => {
  const parts = Array.from({ length: 10_000 }, (_, n): [string, FlowPart] => [
    `part ${n}`,
    part(n === 0 ? {} : { after: [`part ${n - 1}`] }),
  ])
  expect(plan(Object.fromEntries(parts))).toHaveLength(10_000)
})

test('a key that is no part of the flow is refused, with the one it may have meant', () => {
  const complaint = complaintAbout({ analyze: part(), price: part({ after: ['analyse'] }) })
  expect(complaint.code).toBe('JOBS_FLOW_UNKNOWN_KEY')
  expect(complaint.message).toContain('Did you mean "analyze"?')
})

test('names of an object itself are no keys', () => {
  expect(complaintAbout({ a: part({ after: ['constructor'] }) }).code).toBe('JOBS_FLOW_UNKNOWN_KEY')
})

test.each<[string, Record<string, FlowPart>]>([
  ['JOBS_FLOW_MANY_TENANTS', { a: part(), b: part({ tenantId: 'other' }) }],
  ['JOBS_FLOW_UNKNOWN_PARENT', { a: part({ afterJobs: ['b'] }) }],
  [
    'JOBS_FLOW_SAME_JOB',
    { a: part({ name: 'test.unique' }), b: part({ name: 'test.unique', after: ['a'] }) },
  ],
])('%s', (code, parts) => {
  expect(complaintAbout(parts).code).toBe(code)
})
