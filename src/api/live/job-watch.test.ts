import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { newId } from '../../database/index.js'
import { EVERYTHING, Relay, replay } from '../../events/index.js'
import type { JobStanding } from '../../queue/index.js'
import type { AllServices } from '../services.js'
import { systemClock } from '../../time/index.js'
import { JobWatch } from './job-watch.js'

onEachDatabase((database) => {
  /** A job that stands as a test says, and somebody who looks at it. */
  function aJob() {
    const id = newId()
    let standing: JobStanding
    const become = (state: string, attempt = 1) =>
      (standing = { id, tenantId: 'one', name: 'a.job', state, attempt } as JobStanding)
    const services = {
      database: database(),
      in: () => ({ engine: { operator: { standings: async () => [standing] } } }),
    }
    const watch = new JobWatch(services as unknown as Pick<AllServices, 'database' | 'in'>)
    const statesTold = async (): Promise<readonly unknown[]> => {
      await watch.runOnce()
      await new Relay({ database: database(), clock: systemClock, deliver: () => undefined }).runOnce()
      const { events } = await replay(database(), {
        ...{ tenantId: 'one', stream: `job:${id}`, after: 0, position: EVERYTHING, limit: 10 },
      })
      return events.map(({ data }) => (data as { state: string }).state)
    }
    return { become, watch, statesTold }
  }

  test('the end of a job that is replayed is told again to who watches it again', async () => {
    const { become, watch, statesTold } = aJob()
    watch.watch(become('running'), { watcher: {}, after: 0 })
    become('done')
    expect(await statesTold()).toEqual(['done'])
    watch.watch(become('running'), { watcher: {}, after: 1 })
    become('done')
    expect(await statesTold()).toEqual(['done', 'done'])
  })

  test('a job that is again as its first watcher knows it is told to a second one, who saw it otherwise', async () => {
    const { become, watch, statesTold } = aJob()
    watch.watch(become('waiting'), { watcher: {}, after: 0 })
    watch.watch(become('running'), { watcher: {}, after: 0 })
    become('waiting')
    expect(await statesTold()).toEqual(['waiting'])
    expect(await statesTold(), 'and is told once').toEqual(['waiting'])
  })
})
