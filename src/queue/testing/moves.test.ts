import { beforeAll, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { bulk, buryNth, enqueueFlow, enqueueIn, enqueueLimited, goBy, handlersNow } from './any-steps.js'
import { Story, type Step } from './any-story.js'
import { findFlaws, forgetSightings, listSightings, listStandings, observe } from './sightings.js'

/** Steps whose outcome is known, and moves that must be seen: else `any-sequence.test.ts` might have nothing to judge. */
const STORIES: readonly (readonly [what: string, steps: readonly Step[], moves: readonly string[]])[] = [
  [
    'a retry',
    [handlersNow('fail'), enqueueIn('3s'), goBy('12s')],
    [
      'null -> scheduled',
      'scheduled -> waiting',
      'waiting -> running',
      'running -> scheduled',
      'running -> done',
    ],
  ],
  [
    'a child',
    [handlersNow('wait for a child'), enqueueIn('3s'), goBy('12s'), goBy('12s')],
    ['running -> blocked', 'blocked -> waiting'],
  ],
  [
    'a flow whose parents are dead',
    [handlersNow('fail for good'), enqueueFlow('cancel'), goBy('2s')],
    ['null -> blocked', 'running -> dead', 'blocked -> cancelled'],
  ],
  [
    'a limit that is full',
    [handlersNow('wait for their signal'), enqueueLimited(0), enqueueLimited(0), goBy('2s')],
    ['null -> held', 'held -> waiting'],
  ],
  [
    'the dead retried together, what goes on then cancelled, and all forgotten',
    [
      handlersNow('fail for good'),
      enqueueIn('3s'),
      goBy('12s'),
      handlersNow('wait for their signal'),
      bulk({ action: 'retry', filter: {} }),
      goBy('2s'),
      bulk({ action: 'cancel', filter: {} }),
      goBy('2s'),
      bulk({ action: 'delete', filter: {} }),
      goBy('2s'),
    ],
    ['dead -> waiting', 'running -> cancelled'],
  ],
  ['a burial', [enqueueIn('3s'), buryNth(0)], ['scheduled -> dead']],
]

onEachDatabase((database) => {
  beforeAll(() => observe(database()))

  test.each(STORIES)(
    '%s makes the moves that it should, and none but legal ones',
    async (_what, steps, moves) => {
      await forgetSightings(database())
      const story = await Story.tell(database(), steps)
      const sightings = await listSightings(database())
      expect(findFlaws(story, sightings, await listStandings(database()))).toEqual([])
      expect(sightings.map(({ from, to }) => `${from} -> ${to}`)).toEqual(expect.arrayContaining([...moves]))
    },
  )

  test('what a handler commits together with its end is there once', async () => {
    await forgetSightings(database())
    await Story.tell(database(), [handlersNow('finish in a transaction'), enqueueIn('0ms'), goBy('2s')])
    expect(await listStandings(database())).toMatchObject([{ state: 'done', effects: 1 }])
  })
})
