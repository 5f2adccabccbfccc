import { expect, test } from 'vitest'

import { createKeyring, Secrets } from '../../access/index.js'
import { joined, newId, type Database, type Transaction } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { insertWebhook } from '../store/webhook.js'
import { disableWebhook } from '../store/webhook-health.js'
import { formerSecretOf, secretOf } from './webhook.js'
import { Webhooks } from './webhooks.js'

const tenantId = 'default'
const admin = { tenantId, actor: 'user:1' }
const settings = { url: 'https://erp.example/', events: ['job.*'], description: '', isEnabled: true }
const eventTypes = [{ type: 'job.done', description: '' }]
const keyring = createKeyring({ key: Buffer.alloc(32, 7).toString('base64'), oldKeys: [] })

onEachDatabase((database, kind) => {
  const on = (db: Database) =>
    new Webhooks({
      ...{ database: db, eventTypes, clock: new FakeClock(), secrets: new Secrets(db, keyring) },
      ...{ enqueue: () => expect.unreachable('nothing is sent here'), refusalOf: () => undefined },
    })
  const within = (tx: Transaction) => on(joined(tx, database()))

  /** Begins `second` when `first` has done its work and has not committed; both go to their end. */
  async function atOnce<First, Second>(
    first: (tx: Transaction) => Promise<First>,
    second: (tx: Transaction) => Promise<Second>,
  ): Promise<[First, Second]> {
    const [worked, mayEnd] = [aGate(), aGate()]
    const one = database().transaction(async (tx) => {
      const answer = await first(tx)
      worked.open()
      await mayEnd.opened
      return answer
    })
    await worked.opened
    const two = database().transaction(second)
    await expect.poll(() => waiting(database()), { timeout: 5_000 }).toBe(1)
    mayEnd.open()
    return Promise.all([one, two])
  }

  test.runIf(kind === 'server')('two changes at once are both kept', async () => {
    const { id } = await on(database()).create(admin, settings)
    const place = { tenantId, id }
    await atOnce(
      (tx) => within(tx).update(place, { events: ['*'] }),
      (tx) => within(tx).update(place, { description: 'ERP' }),
    )
    expect(await on(database()).get(place)).toMatchObject({ events: ['*'], description: 'ERP' })
  })

  test.runIf(kind === 'server')('a change leaves disabled what is disabled meanwhile', async () => {
    const { id } = await on(database()).create(admin, settings)
    const place = { tenantId, id }
    await atOnce(
      (tx) => disableWebhook(tx, place, 'The receiver answered 410.'),
      (tx) => within(tx).update(place, { description: 'ERP' }),
    )
    const disabled = { isEnabled: false, disabledBecause: 'The receiver answered 410.' }
    expect(await on(database()).get(place)).toMatchObject({ ...disabled, description: 'ERP' })
  })

  test.runIf(kind === 'server')('of two rotations at once each tells a secret that signs', async () => {
    const { id } = await on(database()).create(admin, settings)
    const rotate = (tx: Transaction) => within(tx).rotate({ tenantId, id })
    const told = (await atOnce(rotate, rotate)).map(({ after }) => after.secret)
    const secrets = new Secrets(database(), keyring)
    const signing = await Promise.all(
      [formerSecretOf(id), secretOf(id)].map(async (name) => (await secrets.open(tenantId, name)).reveal()),
    )
    expect(signing).toEqual(told)
  })

  test.runIf(kind === 'server')('of two that are made at once at most one is the fiftieth', async () => {
    const place = { tenantId: 'busy', actor: 'user:1' }
    await database().query(`INSERT INTO linehaul.tenant (id, name) VALUES ('busy', 'Busy')`)
    const made = { ...settings, createdBy: 'user:1' }
    for (let n = 1; n < 50; n++) await insertWebhook(database(), { tenantId: 'busy', id: newId() }, made)
    const create = (tx: Transaction) => within(tx).create(place, settings)
    await expect(atOnce(create, create)).rejects.toMatchObject({
      code: 'NOTIFICATIONS_TOO_MANY_WEBHOOKS',
      message: expect.stringContaining('Remove one') as string,
    })
    expect(await on(database()).list('busy', { limit: 200, after: undefined })).toHaveLength(50)
  })
})

function aGate(): { opened: Promise<void>; open(): void } {
  let open = () => undefined as void
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

/** How many sessions wait for what another has locked. */
async function waiting(database: Database): Promise<number> {
  const rows = await database.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return rows.length
}
