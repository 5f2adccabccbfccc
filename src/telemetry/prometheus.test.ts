import { beforeEach, expect, test } from 'vitest'
import type { Registry } from 'prom-client'

import { DatabaseUnavailableError } from '../database/index.js'
import { onEachDatabase } from '../database/testing/test-database.js'
import { snooze } from '../queue/index.js'
import { eachTestHasAWorkbench } from '../queue/testing/workbench.js'
import { prometheus } from './prometheus.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  let registry: Registry
  let told: unknown[]

  beforeEach(() => {
    const { engine, database, clock } = bench()
    told = []
    const onError = (error: unknown, where: string) => told.push([where, error])
    registry = prometheus({ engine, database, clock, onError })
  })

  /** The lines of one scrape that begin with `name`, with their labels in their order. */
  async function scrape(name: string): Promise<readonly string[]> {
    return (await registry.metrics()).split('\n').filter((line) => line.startsWith(name))
  }

  async function runThree(): Promise<void> {
    const { engine } = bench()
    bench().handler = async ({ n }) => {
      bench().clock.advance('2s')
      if (n === 1) throw new Error('carrier is down')
      return n === 2 ? snooze('1h') : undefined
    }
    let ends = 0
    const ended = bench().ended(() => (ends += 1) === 3)
    for (const n of [1, 2, 3]) await bench().enqueue(n)
    bench().clock.advance('6s')
    await engine.start()
    await ended
  }

  test('counters tell what was enqueued, claimed, and how it ended', async () => {
    await runThree()
    const labels = 'queue="default",definition="test.work"'
    expect(await scrape('linehaul_jobs_')).toContain(`linehaul_jobs_enqueued_total{${labels}} 3`)
    expect(await scrape('linehaul_jobs_')).toContain(`linehaul_jobs_claimed_total{${labels}} 3`)
    expect((await scrape('linehaul_attempts_finished_total')).toSorted()).toEqual([
      `linehaul_attempts_finished_total{${labels},outcome="done"} 1`,
      `linehaul_attempts_finished_total{${labels},outcome="failed"} 1`,
      `linehaul_attempts_finished_total{${labels},outcome="snoozed"} 1`,
    ])
  })

  test('histograms tell in seconds how long jobs waited and ran', async () => {
    await runThree()
    const labels = 'queue="default",definition="test.work"'
    const run = await scrape('linehaul_attempt_run_seconds')
    expect(run).toContain(`linehaul_attempt_run_seconds_count{${labels}} 3`)
    expect(run).toContain(`linehaul_attempt_run_seconds_bucket{le="1",${labels}} 0`)
    const wait = await scrape('linehaul_attempt_wait_seconds')
    expect(wait).toContain(`linehaul_attempt_wait_seconds_bucket{le="5",${labels}} 0`)
    expect(wait).toContain(`linehaul_attempt_wait_seconds_bucket{le="30",${labels}} 3`)
  })

  test('gauges tell what stands in the database and how long the oldest has waited, and fall to 0', async () => {
    const { engine, work, clock } = bench()
    await bench().enqueue()
    clock.advance('30s')
    await bench().enqueue()
    const { id } = await engine.enqueue(work, {}, { tenantId: 'acme', delay: '1h' })
    clock.advance('10s')
    expect(await scrape('linehaul_jobs{')).toEqual([
      'linehaul_jobs{queue="default",definition="test.work",state="scheduled"} 1',
      'linehaul_jobs{queue="default",definition="test.work",state="waiting"} 2',
    ])
    expect(await scrape('linehaul_oldest_waiting_seconds{')).toEqual([
      'linehaul_oldest_waiting_seconds{queue="default"} 40',
    ])
    await engine.operator.cancel('acme', id, 'not needed')
    expect(await scrape('linehaul_jobs{')).toContain(
      'linehaul_jobs{queue="default",definition="test.work",state="scheduled"} 0',
    )
  })

  test('a scrape counts no more than ten thousand, and says so', async () => {
    await database().query(
      `INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts)
       SELECT gen_random_uuid(), 't' || n % 3, 'big', 'test.work', '{}', 'waiting', 0, $1::timestamptz - n * interval '1 ms', $1, 5
       FROM generate_series(1, 12000) AS n`,
      [bench().clock.now()],
    )
    await bench().enqueue()
    expect(await scrape('linehaul_jobs{queue="big"')).toEqual([
      'linehaul_jobs{queue="big",definition="test.work",state="waiting"} 10001',
    ])
    expect(await scrape('linehaul_jobs_capped{')).toEqual([
      'linehaul_jobs_capped{queue="big",state="waiting"} 1',
      'linehaul_jobs_capped{queue="default",state="waiting"} 0',
    ])
    expect(await scrape('linehaul_oldest_waiting_seconds{queue="big"')).toEqual([
      'linehaul_oldest_waiting_seconds{queue="big"} 12',
    ])
  })

  test('a scrape asks the database once', async () => {
    bench().database.failNext(/-- count depth/, new Error('the second one would fail'))
    bench().database.failNext(/-- count depth/, new Error('and so would the third'))
    expect(await scrape('linehaul_jobs{')).toEqual([])
    expect(bench().database.hasFailedAsAsked).toBe(false)
  })

  test('a scrape while the database is away tells all but the gauges', async () => {
    await bench().enqueue()
    await scrape('linehaul')
    bench().database.failNext(/-- count depth/)
    expect(await scrape('linehaul_jobs{')).toEqual([])
    expect(await scrape('linehaul_jobs_enqueued_total{')).toHaveLength(1)
    expect(await scrape('linehaul_gauge_errors_total{')).toEqual([
      'linehaul_gauge_errors_total{gauge="linehaul_jobs"} 1',
    ])
    expect(told).toEqual([['count linehaul_jobs', expect.any(DatabaseUnavailableError)]])
    expect(await scrape('linehaul_jobs{')).toHaveLength(1)
  })

  test('a scrape waits two seconds for what hangs, and no longer', async () => {
    await database().query(
      `INSERT INTO linehaul.alert (id, tenant_id, queue, kind, raised_at, value, threshold)
       VALUES (gen_random_uuid(), 'a', 'default', 'dead-growth', $1, 12, 10)`,
      [bench().clock.now()],
    )
    const held = bench().database.holdNext(/-- count open alerts/)
    const scraped = scrape('linehaul_alerts{')
    await held.reached
    bench().clock.advance('2s')
    expect(await scraped).toEqual([])
    expect(told).toContainEqual(['count linehaul_alerts', expect.objectContaining({ code: 'LOOK_LATE' })])
    held.release()
    expect(await scrape('linehaul_alerts{')).toHaveLength(1)
    const missing = 'linehaul_gauge_errors_total{gauge="linehaul_alerts"}'
    expect(await scrape(missing)).toEqual([`${missing} 1`])
  })

  test('a gauge tells of the alerts that are open, and falls to 0', async () => {
    const { clock } = bench()
    await database().query(
      `INSERT INTO linehaul.alert (id, tenant_id, queue, kind, raised_at, value, threshold)
       SELECT gen_random_uuid(), tenant, 'default', 'dead-growth', $1, 12, 10 FROM unnest(ARRAY['a', 'b']) AS tenant`,
      [clock.now()],
    )
    const line = 'linehaul_alerts{queue="default",kind="dead-growth"}'
    expect(await scrape('linehaul_alerts{')).toEqual([`${line} 2`])
    await database().query('UPDATE linehaul.alert SET cleared_at = $1', [clock.now()])
    expect(await scrape('linehaul_alerts{')).toEqual([`${line} 0`])
  })

  test('tenants are told apart only where that was asked for', async () => {
    const { engine, database } = bench()
    registry = prometheus({ engine, database, perTenant: true })
    await engine.enqueue(bench().work, {}, { tenantId: 'acme' })
    expect(await scrape('linehaul_jobs_enqueued_total{')).toEqual([
      'linehaul_jobs_enqueued_total{queue="default",definition="test.work",tenant="acme"} 1',
    ])
  })
})
