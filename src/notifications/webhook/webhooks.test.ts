import { afterAll, expect, test } from 'vitest'

import { createKeyring, Secrets } from '../../access/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { createOutgoing } from '../../outgoing/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { insertWebhook } from '../store/webhook.js'
import { Webhooks } from './webhooks.js'

const admin = { tenantId: 'default', actor: 'user:1' }
const good = { url: 'https://erp.example/hook', events: ['job.*'], description: '', isEnabled: true }
const place = { tenantId: 'default', id: '01890000-0000-7000-8000-000000000001' }
const eventTypes = ['job.done', 'shipment.created'].map((type) => ({ type, description: '' }))
const keyring = createKeyring({ key: Buffer.alloc(32, 7).toString('base64'), oldKeys: [] })

const refused = { code: 'OUTGOING_REFUSED', field: 'url' }
const unknown = { code: 'NOTIFICATIONS_UNKNOWN_EVENT_TYPE', field: 'events.0' }

const outgoing = createOutgoing({ allow: ['10.1.0.0/16'] })
afterAll(() => outgoing.close())

onEachDatabase((database) => {
  function theWebhooks(): Webhooks {
    const secrets = new Secrets(database(), keyring)
    const enqueue = () => expect.unreachable('nothing is sent here')
    const { refusalOf } = outgoing
    return new Webhooks({
      database: database(),
      secrets,
      enqueue,
      clock: new FakeClock(),
      eventTypes,
      refusalOf,
    })
  }

  test.each(['http://erp.example/', 'https://93.184.216.34:8443/hook', 'http://10.1.2.3/'])(
    '%s can be an address',
    async (url) => {
      const webhooks = theWebhooks()
      const { id } = await webhooks.create(admin, good)
      expect(await webhooks.create(admin, { ...good, url })).toMatchObject({ url })
      const changed = await webhooks.update({ ...place, id }, { url })
      expect(changed.after).toMatchObject({ ...good, url })
    },
  )

  test.each([
    'http://127.0.0.1:8080/',
    'http://10.0.0.1/',
    'http://[::1]/',
    'http://169.254.169.254/latest',
    'http://0x7f.1/',
    'http://localhost/',
    'ftp://erp.example/',
    'https://me:secret@erp.example/',
    'erp.example',
  ])('%s is refused, for a new webhook and for one that there is', async (url) => {
    const webhooks = theWebhooks()
    await expect(webhooks.create(admin, { ...good, url })).rejects.toMatchObject(refused)
    const { id } = await webhooks.create(admin, good)
    await expect(webhooks.update({ ...place, id }, { url })).rejects.toMatchObject(refused)
    expect(await webhooks.get({ ...place, id })).toMatchObject(good)
  })

  test('events that never happen are refused, for a new webhook and for one that there is', async () => {
    const webhooks = theWebhooks()
    const events = ['shipment.craeted']
    const told = { ...unknown, message: expect.stringMatching(/"shipment\.craeted" .* "shipment\.created"/) }
    await expect(webhooks.create(admin, { ...good, events })).rejects.toMatchObject(told)
    const { id } = await webhooks.create(admin, good)
    await expect(webhooks.update({ ...place, id }, { events })).rejects.toMatchObject(told)
    const changed = await webhooks.update({ ...place, id }, { events: ['shipment.created', '*.done'] })
    expect(changed.after.events).toEqual(['shipment.created', '*.done'])
  })

  test('what was written before it would be refused stays, until it is changed', async () => {
    const webhooks = theWebhooks()
    const old = { ...good, url: 'http://10.0.0.1/', events: ['route.late'], createdBy: 'user:1' }
    await insertWebhook(database(), place, old)
    const { url, events } = old
    const described = await webhooks.update(place, { description: 'ERP' })
    expect(described.after).toMatchObject({ url, events, description: 'ERP' })
    const repeated = await webhooks.update(place, { url, events: ['route.late', 'job.done'] })
    expect(repeated.after).toMatchObject({ url, events: ['route.late', 'job.done'] })
    await expect(webhooks.update(place, { events: ['route.early'] })).rejects.toMatchObject(unknown)
    await expect(webhooks.update(place, { url: 'http://10.0.0.2/' })).rejects.toMatchObject(refused)
  })
})
