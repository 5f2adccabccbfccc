import { beforeAll, expect, test } from 'vitest'

import { readConfig } from '../../src/config.js'
import { readScms, shiftDates, type SampleShipment } from '../../src/domain/freight/index.js'
import { openApp } from '../../src/main.js'
import { untilIdle } from '../../src/cli/until-idle.js'
import { Caller } from '../journeys/caller.js'
import { toNdjson, type Job, type Shipment } from '../journeys/freight-data.js'
import { KEY } from '../journeys/running-app.js'
import { Upload } from '../journeys/upload.js'
import { onEachKillable } from './killable.js'

/** Lines that are sent at all; the body has not ended when the process is killed. */
const SENT = 3_000
const COMMITTED_LINES = 3

let sample: readonly SampleShipment[]

beforeAll(async () => {
  const { shipments } = shiftDates(await readScms(), new Date())
  sample = shipments.toReversed().slice(0, SENT) // the newest, for there the analysis looks
})

onEachKillable((killable) => {
  test('after kill -9 in an import, all that was answered is there, and its analysis still runs', async () => {
    const { program } = killable()
    const environment = {
      ...killable().environment,
      // Put off until after the kill, so that the restart has it all to do.
      ...{ FREIGHT_ANALYSIS_DEBOUNCE: '5s', FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: '5s' },
    }
    const server = await program.serve(environment)
    const upload = new Upload(server.url, KEY)
    upload.send(toNdjson(sample))
    let throughLine = 0
    for (let lines = 0; lines < COMMITTED_LINES; lines++)
      throughLine = (await upload.next())?.throughLine ?? 0
    const killed = server.stop('SIGKILL')
    for (let line = await upload.next(); line; line = await upload.next()) throughLine = line.throughLine
    expect(await killed).toMatchObject({ signal: 'SIGKILL' })
    const answered = sample.slice(0, throughLine)
    expect(answered.length).toBeGreaterThanOrEqual(COMMITTED_LINES * 500)

    const app = await openApp(readConfig(environment))
    const caller = new Caller(await app.listen({ host: '127.0.0.1', port: 0 }), KEY)
    const shipments = await caller.all<Shipment>('/api/v1/shipments')
    const there = new Set(shipments.map(({ id }) => id))
    expect(answered.filter(({ id }) => !there.has(id))).toEqual([])

    await app.work()
    await untilIdle(app, 'default', 'pattern')
    const done = await caller.all<Job>('/api/v1/jobs?name=freight.analyze-patterns&state=done')
    const analysed = new Set(done.map(({ payload }) => payload.customerId))
    expect(shipments.filter(({ customer }) => !analysed.has(customer.id))).toEqual([])
    expect(await caller.all('/api/v1/lane-suggestions')).not.toEqual([])
    await app.close()
  }, 90_000)
})
