import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

import { Length } from './schemas/new-job.js'
import { speakPlainly } from './sentences.js'

beforeAll(speakPlainly)
afterAll(() => z.config({ customError: undefined }))

const Load = z.strictObject({
  name: z.string().min(1).max(5),
  weightKg: z.number().min(0).lt(10),
  pieces: z.int(),
  at: z.iso.datetime({ offset: true }),
  kind: z.enum(['full', 'part']),
  stops: z.array(z.string()).min(2),
  crew: z.array(z.string()).min(1),
})
const good = {
  name: 'a',
  weightKg: 1,
  pieces: 1,
  at: '2026-06-01T08:00:00Z',
  kind: 'full',
  stops: ['a', 'b'],
  crew: ['a'],
}

test.each([
  [{ name: undefined }, 'is missing'],
  [{ name: '' }, 'must not be empty'],
  [{ name: 'abcdef' }, 'must have at most 5 characters'],
  [{ name: 7 }, 'must be a text'],
  [{ weightKg: -1 }, 'must be at least 0'],
  [{ weightKg: 10 }, 'must be less than 10'],
  [{ weightKg: '1' }, 'must be a number'],
  [{ pieces: 1.5 }, 'must be a whole number'],
  [{ at: '2026-06-01' }, 'must be an instant of the calendar with its offset, such as 2026-06-01T08:00:00Z'],
  [
    { at: '2026-02-30T00:00:00Z' },
    'must be an instant of the calendar with its offset, such as 2026-06-01T08:00:00Z',
  ],
  [{ crew: [] }, 'must have at least 1 entry'],
  [{ kind: 'half' }, 'must be one of full, part'],
  [{ kind: ['full', 'part'] }, 'must be only one of full, part'],
  [{ name: ['a', 'b'] }, 'must be a text, not a list'],
  [{ stops: ['a'] }, 'must have at least 2 entries'],
  [{ stops: 7 }, 'must be a list'],
  [{ colour: 'red' }, 'is not a known field: known are name, weightKg, pieces, at, kind, stops, crew'],
])('%j %s', (wrong, sentence) => {
  const issues = Load.safeParse({ ...good, ...wrong }).error?.issues
  expect(issues?.map(({ message }) => message)).toEqual([sentence])
})

test.each(['soon', true, 1.5])('%j is no length of time, and told what one is', (wrong) => {
  const issues = Length.safeParse(wrong).error?.issues
  expect(issues?.map(({ message }) => message)).toEqual([
    'must be a whole number of milliseconds, or a length of time such as 30s, 15m or 2h',
  ])
})
