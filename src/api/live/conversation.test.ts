import { expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import type { JobStanding } from '../../queue/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import type { Client } from './client.js'
import { Conversation } from './conversation.js'
import type { JobWatch } from './job-watch.js'

/** A client's conversation, and the jobs that are watched for it. Standings are looked up once `goOn` is called. */
function aTalk() {
  let goOn = () => undefined as void
  const mayGoOn = new Promise<void>((resolve) => (goOn = resolve))
  const watched = new Set<string>()
  const watch = {
    watch: ({ id }: JobStanding) => watched.add(id),
    unwatch: (jobId: string) => watched.delete(jobId),
  }
  const client = {
    ...{ tenantId: 'one', caller: { role: 'viewer', scopes: null } },
    follow: (_streams: unknown, _after: unknown, told: (numbers: unknown) => Promise<void>) =>
      told(new Map()),
  }
  const standings = async (ids: readonly string[]) => {
    await mayGoOn
    return ids.map((id) => ({ id, tenantId: 'one', name: 'a.job', state: 'running', attempt: 1 }))
  }
  const parts = {
    watch: watch as unknown as JobWatch,
    operator: { standings },
    inbox: {},
    clock: new FakeClock(),
  }
  const talk = new Conversation(client as unknown as Client, parts as never, Promise.resolve())
  return { talk, watched, goOn }
}

test('what a client watched is watched no more once it has gone', async () => {
  const { talk, watched, goOn } = aTalk()
  goOn()
  const jobId = newId()
  await talk.hear('watch', { jobIds: [jobId] })
  expect([...watched]).toEqual([jobId])
  talk.end()
  expect([...watched]).toEqual([])
})

test('a client that goes while its watch is looked up leaves none behind, nor does one that waited for its turn', async () => {
  const { talk, watched, goOn } = aTalk()
  const answers = [newId(), newId()].map((jobId) => talk.hear('watch', { jobIds: [jobId] }))
  await new Promise(setImmediate) // the first is being looked up
  talk.end()
  goOn()
  await Promise.all(answers)
  expect([...watched]).toEqual([])
})
