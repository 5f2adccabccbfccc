import { expect, test } from 'vitest'

import { onEachDatabase } from '../database/testing/test-database.js'
import { getTenant, listTenants, updateTenant } from './index.js'

onEachDatabase((database) => {
  test('there is a default tenant, in UTC', async () => {
    expect(await getTenant(database(), 'default')).toEqual({
      id: 'default',
      name: 'Default',
      timeZone: 'UTC',
    })
  })

  test('a change leaves what it does not name', async () => {
    const db = database()
    await db.query(`INSERT INTO linehaul.tenant (id, name) VALUES ('acme', 'Acme')`)
    await updateTenant(db, 'acme', { timeZone: 'America/Chicago' })
    const changed = await updateTenant(db, 'acme', { name: 'Acme Inc' })
    expect(changed).toEqual({ id: 'acme', name: 'Acme Inc', timeZone: 'America/Chicago' })
    expect((await listTenants(db)).map(({ id }) => id)).toEqual(['acme', 'default'])
  })

  test('an unknown tenant or time zone is refused', async () => {
    const db = database()
    await expect(getTenant(db, 'nobody')).rejects.toMatchObject({ code: 'ACCESS_TENANT_NOT_FOUND' })
    await expect(updateTenant(db, 'nobody', {})).rejects.toMatchObject({ code: 'ACCESS_TENANT_NOT_FOUND' })
    const moving = updateTenant(db, 'default', { timeZone: 'Mars/Olympus' })
    await expect(moving).rejects.toMatchObject({ code: 'ACCESS_UNKNOWN_TIME_ZONE' })
  })
})
