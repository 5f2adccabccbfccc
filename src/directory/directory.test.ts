import { describe, expect, test } from 'vitest'

import { newId } from '../database/index.js'
import { onEachDatabase } from '../database/testing/test-database.js'
import {
  createDriver,
  createEquipment,
  getDriver,
  getEquipment,
  listCustomers,
  listDrivers,
  listEquipment,
  listLocations,
  resolveNames,
} from './index.js'

onEachDatabase((database) => {
  async function aTenant(): Promise<string> {
    const id = `tenant-${newId()}`
    await database().query('INSERT INTO linehaul.tenant (id, name) VALUES ($1, $1)', [id])
    return id
  }

  const resolve = (tenantId: string, values: string[]) =>
    database().transaction((tx) => resolveNames(tx, tenantId, 'customer', values))

  describe('names', () => {
    test('make a record once, whatever their case and blanks', async () => {
      const tenantId = await aTenant()
      const first = await resolve(tenantId, ['Acme', ' ACME ', 'Bolt'])
      expect(first.get('Acme')).toBe(first.get(' ACME '))
      const again = await resolve(tenantId, ['bolt', 'acme'])
      expect(again.get('acme')).toBe(first.get('Acme'))
      expect(
        (await listCustomers(database(), tenantId, { limit: 9 })).map(({ name }) => name).sort(),
      ).toEqual(['Acme', 'Bolt'])
    })

    test('write no row version when they exist already', async () => {
      const tenantId = await aTenant()
      const version = () =>
        database().query('SELECT xmin::text, ctid::text FROM linehaul.customer WHERE tenant_id = $1', [
          tenantId,
        ])
      await resolve(tenantId, ['Acme'])
      const before = await version()
      await resolve(tenantId, ['acme'])
      expect(await version()).toEqual(before)
    })

    test('that two transactions bring at once become one record', async () => {
      const tenantId = await aTenant()
      const names = Array.from({ length: 50 }, (_, n) => `Customer ${n}`)
      const [a, b] = await Promise.all([resolve(tenantId, names), resolve(tenantId, [...names].reverse())])
      expect(new Map([...a].sort())).toEqual(new Map([...b].sort()))
    })

    test('beside ids: those that do not exist, or belong to another tenant, are absent', async () => {
      const [tenantId, other] = [await aTenant(), await aTenant()]
      const own = (await resolve(tenantId, ['Acme'])).get('Acme') as string
      const foreign = (await resolve(other, ['Acme'])).get('Acme') as string
      expect(await resolve(tenantId, [own, foreign, newId(), own.toUpperCase()])).toEqual(
        new Map([
          [own, own],
          [own.toUpperCase(), own],
        ]),
      )
    })

    test('of locations are a list of their own', async () => {
      const tenantId = await aTenant()
      await database().transaction((tx) => resolveNames(tx, tenantId, 'location', ['Dallas', 'Reno']))
      expect(await listCustomers(database(), tenantId, { limit: 9 })).toEqual([])
      expect(await listLocations(database(), tenantId, { limit: 9, search: 'AL' })).toMatchObject([
        { name: 'Dallas' },
      ])
    })
  })

  describe('drivers and equipment', () => {
    test('are found by id or by name', async () => {
      const tenantId = await aTenant()
      const driver = await createDriver(database(), tenantId, { name: 'Dana' })
      expect(await getDriver(database(), tenantId, driver.id)).toEqual(driver)
      expect(await getDriver(database(), tenantId, ' DANA ')).toEqual(driver)
      const trailer = await createEquipment(database(), tenantId, { name: 'R7', type: 'reefer trailer' })
      expect(trailer).toMatchObject({ name: 'R7', type: 'reefer trailer' })
      expect(await getEquipment(database(), tenantId, 'r7')).toEqual(trailer)
    })

    test('are not made by asking for them, and have a name once', async () => {
      const tenantId = await aTenant()
      const db = database()
      for (const value of ['Nobody', newId()]) {
        await expect(getDriver(db, tenantId, value)).rejects.toMatchObject({
          code: 'DIRECTORY_DRIVER_NOT_FOUND',
        })
        await expect(getEquipment(db, tenantId, value)).rejects.toMatchObject({
          code: 'DIRECTORY_EQUIPMENT_NOT_FOUND',
        })
      }
      await createDriver(db, tenantId, { name: 'Dana' })
      await createEquipment(db, tenantId, { name: 'R7', type: 'van' })
      const twice = createDriver(db, tenantId, { name: 'dana' })
      await expect(twice).rejects.toMatchObject({ code: 'DIRECTORY_DRIVER_EXISTS' })
      const again = createEquipment(db, tenantId, { name: 'r7', type: 'other' })
      await expect(again).rejects.toMatchObject({ code: 'DIRECTORY_EQUIPMENT_EXISTS' })
    })

    test('are listed newest first, page after page, and to their tenant only', async () => {
      const tenantId = await aTenant()
      for (const name of ['Ann', 'Bob', 'Anton']) await createDriver(database(), tenantId, { name })
      const [newest, second] = await listDrivers(database(), tenantId, { limit: 2 })
      expect([newest?.name, second?.name]).toEqual(['Anton', 'Bob'])
      expect(await listDrivers(database(), tenantId, { limit: 2, after: String(second?.id) })).toMatchObject([
        { name: 'Ann' },
      ])
      expect(await listDrivers(database(), tenantId, { limit: 9, search: 'an' })).toHaveLength(2)
      expect(await listDrivers(database(), await aTenant(), { limit: 9 })).toEqual([])
      expect(await listEquipment(database(), tenantId, { limit: 9 })).toEqual([])
    })
  })
})
