import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

import { PostgresDatabase } from './postgres.js'

test('a server that cannot be reached is named in one sentence, without the password', async () => {
  const db = new PostgresDatabase({ url: 'postgres://someone:s3cret@127.0.0.1:1/freight' })
  for (const call of [
    db.query('SELECT 1'),
    db.transaction(async () => undefined),
    db.listen('greetings', () => undefined),
  ]) {
    const error = (await call.catch((error: unknown) => error)) as Error
    expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true })
    expect(error.message).toContain('127.0.0.1:1/freight')
    expect(error.message).not.toContain('s3cret')
  }
  await db.close()
})

test('one that is closed refuses every call', async () => {
  const db = new PostgresDatabase({ url: 'postgres://someone@127.0.0.1:1/freight' })
  const background = db.background()
  await db.close()
  for (const call of [
    db.query('SELECT 1'),
    db.transaction(async () => undefined),
    background.query('SELECT 1'),
  ])
    await expect(call).rejects.toMatchObject({ code: 'DATABASE_CLOSED', retryable: false })
})

describe.runIf(inject('databaseKinds').includes('server'))('in the background', () => {
  test('a call does not wait for those who hold every other connection', async () => {
    const db = new PostgresDatabase({ url: inject('serverUrl'), maxConnections: 2 })
    let letGo: () => void = () => undefined
    const held = new Promise<void>((resolve) => (letGo = resolve))
    const began: Promise<void>[] = []
    const holding = [1, 2].map(() => {
      let begin: () => void = () => undefined
      began.push(new Promise((resolve) => (begin = resolve)))
      return db.transaction(async (tx) => {
        await tx.query('SELECT 1')
        begin()
        await held
      })
    })
    await Promise.all(began)
    expect(await db.background().query('SELECT 1 AS n')).toEqual([{ n: 1 }])
    letGo()
    await Promise.all(holding)
    await db.close()
  })

  test('the connections are closed with the others', async () => {
    const db = new PostgresDatabase({ url: inject('serverUrl') })
    const background = db.background()
    expect(db.background()).toBe(background)
    await background.query('SELECT 1')
    await db.close()
    await expect(background.query('SELECT 1')).rejects.toThrow()
  })
})

describe.runIf(inject('databaseKinds').includes('server'))('when its connections are cut', () => {
  let db: PostgresDatabase
  let other: PostgresDatabase
  const name = `cut-${process.pid}`

  beforeAll(() => {
    const url = new URL(inject('serverUrl'))
    other = new PostgresDatabase({ url: url.href })
    url.searchParams.set('application_name', name)
    db = new PostgresDatabase({ url: url.href })
  })
  afterAll(() => Promise.all([db.close(), other.close()]))

  const cutAll = () =>
    other.query(
      `-- cut\nSELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1`,
      [name],
    )

  test('the next calls work', async () => {
    await Promise.all([1, 2, 3].map(() => db.query('SELECT pg_sleep(0)')))
    expect(await cutAll()).not.toEqual([])
    const answers = await Promise.allSettled([
      db.query('SELECT 1 AS n'),
      db.transaction((tx) => tx.query('SELECT 1')),
    ])
    // A connection whose end was not heard of yet may fail once more, as unavailable and nothing else.
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  test('a transaction in the middle is undone and says that the database was away', async () => {
    await other.query('CREATE TABLE IF NOT EXISTS public.cut_in_the_middle (n int)')
    await other.query('TRUNCATE public.cut_in_the_middle')
    const cut = db.transaction(async (tx) => {
      await tx.query('INSERT INTO public.cut_in_the_middle VALUES (1)')
      await cutAll()
      await tx.query('INSERT INTO public.cut_in_the_middle VALUES (2)')
    })
    await expect(cut).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(await other.query('SELECT n FROM public.cut_in_the_middle')).toEqual([])
    await other.query('DROP TABLE public.cut_in_the_middle')
  })

  test('listening resumes by itself, and everyone is told to look for what they missed', async () => {
    const heard: string[] = []
    let resumed: () => void = () => undefined
    let arrived: () => void = () => undefined
    const afterCut = new Promise<void>((resolve) => (resumed = resolve))
    const afterAll = new Promise<void>((resolve) => (arrived = resolve))
    await db.listen('greetings', (payload) => {
      heard.push(payload)
      if (payload === '') resumed()
      if (payload === 'last') arrived()
    })
    await cutAll()
    await afterCut
    await other.query(`SELECT pg_notify('greetings', 'last')`)
    await afterAll
    expect(heard).toEqual(['', 'last'])
  })
})
