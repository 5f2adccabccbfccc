import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { anySequence } from './any-steps.js'
import { Story } from './any-story.js'
import { findFlaws, forgetSightings, listSightings, listStandings, observe } from './sightings.js'

const ASKED = process.env['LINEHAUL_SEQUENCES']

/** How many sequences are tried on each database. */
const SEQUENCES = Number(ASKED ?? 12)

/** Far more than the longest sequence has ever taken. */
const EACH_MS = 10_000

onEachDatabase((database) => {
  beforeAll(() => observe(database()))

  test(
    'whatever people, handlers, time and faults do, every job makes legal moves only, comes to one end and is done only if it ran',
    async () => {
      const holds = fc.asyncProperty(anySequence, async (steps) => {
        await forgetSightings(database())
        const story = await Story.tell(database(), steps)
        const sightings = await listSightings(database())
        expect(findFlaws(story, sightings, await listStandings(database()))).toEqual([])
      })
      // A shorter sequence that fails too takes minutes to find: only for those who have asked for many.
      await fc.assert(holds, { numRuns: SEQUENCES, endOnFailure: ASKED === undefined })
    },
    SEQUENCES * EACH_MS,
  )
})
