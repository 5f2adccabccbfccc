import { expect, test } from 'vitest'

import { FaultyDatabase } from './faulty-database.js'
import { onEachDatabase } from './test-database.js'

onEachDatabase((database) => {
  test('only the next statement that matches fails, and it does not run', async () => {
    const faulty = new FaultyDatabase(database())
    await faulty.query('CREATE TABLE before_it (n int)')
    faulty.failNext(/INSERT/)
    await expect(faulty.query('INSERT INTO before_it VALUES (1)')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    })
    expect(await faulty.query('SELECT n FROM before_it')).toEqual([])
    await faulty.query('INSERT INTO before_it VALUES (2)')
    expect(await faulty.query('SELECT n FROM before_it')).toEqual([{ n: 2 }])
  })

  test('a statement can run and only its answer be lost', async () => {
    const faulty = new FaultyDatabase(database())
    await faulty.query('CREATE TABLE after_it (n int)')
    faulty.failNext(/INSERT/, new Error('lost'), { after: true })
    await expect(faulty.query('INSERT INTO after_it VALUES (1)')).rejects.toThrow('lost')
    expect(await faulty.query('SELECT n FROM after_it')).toEqual([{ n: 1 }])
  })

  test('a commit can fail before and after it happened', async () => {
    const faulty = new FaultyDatabase(database())
    await faulty.query('CREATE TABLE committed_or_not (n int)')
    let heard = 0
    const insert = (n: number) =>
      faulty.transaction(async (tx) => {
        tx.afterCommit(() => (heard += 1))
        await tx.query('INSERT INTO committed_or_not VALUES ($1)', [n])
      })
    faulty.failNext(/^COMMIT$/)
    await expect(insert(1)).rejects.toThrow()
    faulty.failNext(/^COMMIT$/, undefined, { after: true })
    await expect(insert(2)).rejects.toThrow()
    await insert(3)
    expect(await faulty.query('SELECT n FROM committed_or_not ORDER BY n')).toEqual([{ n: 2 }, { n: 3 }])
    expect(heard).toBe(1)
  })

  test('an answer can be kept back', async () => {
    const faulty = new FaultyDatabase(database())
    const hold = faulty.holdNext(/SELECT 1/)
    let answered = false
    const answer = faulty.query('SELECT 1 AS n').finally(() => (answered = true))
    await hold.reached
    await faulty.query('SELECT 2')
    expect(answered).toBe(false)
    hold.release()
    expect(await answer).toEqual([{ n: 1 }])
  })

  test('it is idle once nothing is under way, nor follows from what was', async () => {
    const faulty = new FaultyDatabase(database())
    let rounds = 0
    void (async () => {
      for (; rounds < 5; rounds++) await faulty.query('SELECT 1')
    })()
    await faulty.idle()
    expect(rounds).toBe(5)
  })
})
