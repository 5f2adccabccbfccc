import { beforeAll, expect, test } from 'vitest'

import { joined } from '../joined.js'
import { onEachDatabase } from './test-database.js'

onEachDatabase((database) => {
  const numbers = async () => {
    const rows = await database().query<{ number: number }>(
      'SELECT number FROM public.joined ORDER BY number',
    )
    return rows.map(({ number }) => number)
  }
  const insert = 'INSERT INTO public.joined (number) VALUES ($1)'

  beforeAll(() => database().query('CREATE TABLE public.joined (number integer PRIMARY KEY)'))

  test('what is built on it commits with the transaction, and what follows the commit follows that', async () => {
    const told: string[] = []
    await database().transaction(async (tx) => {
      const inside = joined(tx, database())
      await inside.query(insert, [1])
      await inside.background().transaction(async (inner) => {
        await inner.query(insert, [2])
        inner.afterCommit(() => told.push('committed'))
      })
      expect(told).toEqual([])
    })
    expect(told).toEqual(['committed'])
    expect(await numbers()).toEqual([1, 2])
  })

  test('a transaction inside that fails leaves what was written before it', async () => {
    const told: string[] = []
    await database().transaction(async (tx) => {
      const inside = joined(tx, database())
      await inside.query(insert, [3])
      const failing = inside.transaction(async (inner) => {
        inner.afterCommit(() => told.push('never'))
        await inner.query(insert, [3])
      })
      await expect(failing).rejects.toThrow()
      await inside.query(insert, [4])
    })
    expect(await numbers()).toEqual([1, 2, 3, 4])
    expect(told).toEqual([])
  })

  test('nothing of it stays when the transaction fails', async () => {
    const failing = database().transaction(async (tx) => {
      await joined(tx, database()).transaction((inner) => inner.query(insert, [5]))
      throw new Error('changed its mind')
    })
    await expect(failing).rejects.toThrow('changed its mind')
    expect(await numbers()).not.toContain(5)
  })

  test('what cannot take part in a transaction is refused as inside any', async () => {
    await database().transaction(async (tx) => {
      expect(() => joined(tx, database()).refuseInside('enqueue')).toThrow(/enqueue/)
    })
  })
})
