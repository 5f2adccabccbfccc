import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { systemClock } from '../../time/index.js'
import { EVERYTHING, publishChanges, Relay, replay } from '../index.js'

onEachDatabase((database) => {
  /** Tells that a job has become `state`, as somebody does who listens after a number. @returns all that was told so far */
  async function told(stream: string, state: string, after: number): Promise<readonly unknown[]> {
    const change = {
      tenantId: 'one',
      stream,
      type: 'job.updated',
      data: { state },
      needs: 'jobs.read',
      after,
    }
    await database().transaction((tx) => publishChanges(tx, async () => [change]))
    const relay = new Relay({ database: database(), clock: systemClock, deliver: () => undefined })
    await relay.runOnce()
    const { events } = await replay(database(), {
      ...{ tenantId: 'one', stream, after: 0, position: EVERYTHING, limit: 10 },
    })
    return events.map(({ data }) => (data as { state: string }).state)
  }

  test('what several see is told once', async () => {
    await told('job:a', 'running', 0)
    await told('job:a', 'running', 0)
    expect(await told('job:a', 'done', 0)).toEqual(['running', 'done'])
  })

  test('what was said before somebody began to listen is said again once it is so again', async () => {
    await told('job:b', 'done', 0)
    expect(await told('job:b', 'done', 1)).toEqual(['done', 'done'])
  })
})
