import { expect, test } from 'vitest'

import type { Transaction } from '../../../database/index.js'
import { onEachDatabase } from '../../../database/testing/test-database.js'
import type { Json } from '../../../queue/index.js'
import { aFreight, daysAgo, type Fixture } from '../testing/freight-fixture.js'

const REGULAR = [daysAgo(20), daysAgo(13), daysAgo(6), daysAgo(2)]

onEachDatabase((database) => {
  /** One customer's, for an embedded database analyses them in slices of customers. */
  async function analyzed(destinations: readonly string[]) {
    const f = await aFreight(database(), { timeZone: 'America/Chicago' })
    for (const destination of destinations) await f.ship(REGULAR, { destination })
    await f.analyze()
    const pending = await f.freight.suggestions.list(f.tenantId, { limit: 10 })
    return { ...f, ids: pending.map(({ id }) => id) }
  }

  const changesOf = ({ events }: Fixture) =>
    events.filter(({ type }) => type.startsWith('suggestion.')).map(({ type, data }) => ({ type, data }))

  const screensOf = ({ tenantId }: Fixture) =>
    database().query<{ type: string; data: unknown }>(
      `SELECT type, data FROM linehaul.live_event WHERE tenant_id = $1 AND stream = 'tenant' AND needs = 'lanes.read' ORDER BY id`,
      [tenantId],
    )

  /** Runs the job that tells, once. */
  async function tell(
    f: Fixture,
    finish: (tx: Transaction, result?: Json) => Promise<void> = async () => undefined,
  ) {
    const results: unknown[] = []
    const attempt = {
      jobId: `job ${f.notices.length}`,
      tenantId: f.tenantId,
      finish: async (tx: Transaction, result?: Json) => {
        results.push(result)
        await finish(tx, result)
      },
    }
    await f.freight.suggestionDigest.tell(attempt)
    return results
  }

  test('an analysis tells of all that it made at once: one event, one line on screens, one notice', async () => {
    const f = await analyzed(['A', 'B', 'C'])
    const data = { count: 3, suggestionIds: f.ids }
    expect(changesOf(f)).toEqual([{ type: 'suggestion.created', data }])
    expect(await screensOf(f)).toEqual([{ type: 'suggestion.created', data }])
    expect(await tell(f)).toEqual([{ told: 3 }])
    expect(f.notices).toMatchObject([{ tenantId: f.tenantId, title: '3 new lane suggestions' }])
    expect(await tell(f)).toEqual([{ told: 0 }])
    expect(f.notices).toHaveLength(1)
  })

  test('what could not be told is told by the next try; what was decided meanwhile is news no more', async () => {
    const f = await analyzed(['A', 'B'])
    const lost = tell(f, () => Promise.reject(new Error('lease lost')))
    await expect(lost).rejects.toThrow('lease lost')
    await f.freight.suggestions.reject(f.tenantId, String(f.ids[0]), {}, 'user:ann')
    expect(await tell(f)).toEqual([{ told: 1 }])
    expect(f.notices.at(-1)).toMatchObject({
      title: '1 new lane suggestion',
      relatedEntities: [{ id: f.ids[1] }],
    })
  })

  test('every end of a suggestion is told to those who listen, and counted where the tenant’s day is', async () => {
    const f = await analyzed(['A', 'B', 'C'])
    const [accepted, rejected, expired] = f.ids.map(String) as [string, string, string]
    await f.freight.suggestions.accept(f.tenantId, accepted, {}, 'user:ann')
    await f.freight.suggestions.reject(f.tenantId, rejected, {}, 'user:ann')
    f.clock.advance('30d')
    await f.freight.suggestions.expireDue(f.tenantId)
    const ends = changesOf(f).slice(1)
    expect(ends).toEqual([
      { type: 'suggestion.accepted', data: { count: 1, suggestionIds: [accepted] } },
      { type: 'suggestion.rejected', data: { count: 1, suggestionIds: [rejected] } },
      { type: 'suggestion.expired', data: { count: 1, suggestionIds: [expired] } },
    ])
    expect((await screensOf(f)).slice(1)).toEqual(ends)
    expect(f.events.find(({ type }) => type === 'suggestion.rejected')).toMatchObject({
      actor: 'user:ann',
      subject: `suggestion:${rejected}`,
    })

    const figures = await f.freight.suggestionFigures.read(f.tenantId, { from: '2026-06-30' })
    const quiet = { created: 0, accepted: 0, rejected: 0, expired: 0, withdrawn: 0 }
    expect(figures.days).toHaveLength(31)
    expect(figures.days[0]).toEqual({ ...quiet, day: '2026-06-30', created: 3, accepted: 1, rejected: 1 })
    expect(figures.days.at(-1)).toEqual({ ...quiet, day: '2026-07-30', expired: 1 })
    expect(figures.customers).toMatchObject([
      { customer: { name: 'Acme' }, accepted: 1, rejected: 1, expired: 1, acceptanceRate: 0.5 },
    ])
    expect(figures.analyses).toMatchObject({ runs: 1, p50Ms: 0, p95Ms: 0 })
    const before = await f.freight.suggestionFigures.read(f.tenantId, { until: '2026-06-29' })
    expect(before.days.every(({ created }) => created === 0)).toBe(true)
    expect(before.analyses).toEqual({ runs: 0, meanMs: null, p50Ms: null, p95Ms: null, maxMs: null })
  })

  test('a lane that no longer qualifies is withdrawn, and said so', async () => {
    const f = await analyzed(['A'])
    await f.configure({ minFrequency: 50 })
    await f.analyze()
    expect(changesOf(f).at(-1)).toEqual({
      type: 'suggestion.withdrawn',
      data: { count: 1, suggestionIds: f.ids },
    })
    const { days } = await f.freight.suggestionFigures.read(f.tenantId)
    expect(days.at(-1)).toMatchObject({ day: '2026-06-30', expired: 0, withdrawn: 1 })
  })
})
