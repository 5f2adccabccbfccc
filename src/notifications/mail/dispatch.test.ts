import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { mailBench } from '../testing/mail-bench.js'
import { MailServer } from '../testing/mail-server.js'

let server: MailServer
beforeAll(async () => void (server = await MailServer.open()))
afterAll(() => server?.close())
beforeEach(() => server.reset())

const FAULTS: [string, (server: MailServer) => void, string][] = [
  ['turns everybody away', (of) => (of.greeting = { code: 554 }), 'is SMTP_HOST right?'],
  ['wants a login', (of) => (of.refusesSender = 530), 'are SMTP_USER and SMTP_PASSWORD set, and right?'],
  ['takes no mails from MAIL_FROM', (of) => (of.refusesSender = 550), 'is MAIL_FROM an address'],
]

onEachDatabase((database) => {
  const { anAttempt, postMail, stateOf } = mailBench({ database, server: () => server })

  test.each(FAULTS)(
    'a server that %s puts a mail off, and it says what to look at',
    async (_, spoil, hint) => {
      const attempt = anAttempt()
      spoil(server)
      await expect(postMail(attempt)).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
      const error = expect.stringContaining(hint) as string
      expect(await stateOf(attempt.jobId)).toMatchObject({ state: 'pending', attempts: 1, error })
      server.reset()
      expect(await postMail({ ...attempt, number: 2 })).toMatchObject({ state: 'sent' })
    },
  )

  test('a mail that is too big for the server has failed at once, also where it says so of the sender', async () => {
    server.refusesSender = 552
    await expect(postMail()).rejects.toMatchObject({ code: 'JOBS_PERMANENT' })
  })

  test('a mail whose process dies while it connects is not in doubt: the next attempt sends it', async () => {
    const [attempt, death] = [anAttempt(), new AbortController()]
    const connected = server.nextConnection()
    server.greeting = 'silence'
    const dying = postMail({ ...attempt, signal: death.signal })
    await connected
    expect(await stateOf(attempt.jobId)).toMatchObject({ state: 'pending', attempts: 0 })
    server.greeting = 'welcome'
    expect(await postMail({ ...attempt, number: 2 })).toMatchObject({ state: 'sent' })
    death.abort()
    expect(await dying).toMatchObject({ state: 'done' })
    expect(await stateOf(attempt.jobId)).toMatchObject({ state: 'sent', attempts: 1, error: null })
    expect(server.received).toHaveLength(1)
  })

  test('a mail whose process dies once the server has it is in doubt', async () => {
    const [attempt, death] = [anAttempt(), new AbortController()]
    const arrived = server.next()
    server.answer = 'never'
    const dying = postMail({ ...attempt, signal: death.signal })
    await arrived
    expect(await postMail({ ...attempt, number: 2 })).toMatchObject({ state: 'in-doubt' })
    death.abort()
    expect(await dying).toMatchObject({ state: 'in-doubt' })
    expect(server.received).toHaveLength(1)
  })

  test('an attempt that connects more slowly than another sends nothing, and leaves nothing in doubt', async () => {
    const faulty = new FaultyDatabase(database())
    const attempt = anAttempt()
    const slow = mailBench({ database: () => faulty, server: () => server })
    const held = faulty.holdNext(/-- find mail/)
    const posting = slow.postMail(attempt)
    await held.reached
    const arrived = server.next()
    server.answer = 'never'
    const death = new AbortController()
    const sending = postMail({ ...attempt, number: 2, signal: death.signal })
    await arrived
    held.release()
    await posting.catch(() => undefined)
    const [row] = await database().query('SELECT state FROM linehaul.delivery WHERE id = $1', [attempt.jobId])
    expect(row).toEqual({ state: 'sending' })
    death.abort()
    await sending
    expect(server.received).toHaveLength(1)
  })

  test('an address that is put off is tried again, and who got the mail gets it once', async () => {
    const attempt = anAttempt()
    server.refuses = (address) => (address.startsWith('archive') ? 450 : undefined)
    await expect(postMail(attempt)).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
    expect(await stateOf(attempt.jobId)).toMatchObject({
      ...{ state: 'pending', error: expect.stringMatching(/put off archive@example\.com.*450/) },
      answer: { accepted: ['jo@example.com'], rejected: [] },
    })
    server.greeting = { code: 421 }
    await expect(postMail({ ...attempt, number: 2 })).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
    server.reset()
    expect(await postMail({ ...attempt, number: 3 })).toMatchObject({
      ...{ state: 'sent', accepted: ['jo@example.com', 'archive@example.com'], rejected: [] },
    })
    expect(server.received.map(({ to }) => to)).toEqual([['archive@example.com']])
  })

  test.each([
    ['is put off to the last', 450],
    ['is refused later', 550],
  ])('an address that %s is told as refused of a mail that was sent to others', async (_, code) => {
    const attempt = anAttempt()
    server.refuses = (address) => (address.startsWith('archive') ? 450 : undefined)
    await expect(postMail(attempt)).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
    server.refuses = () => code
    expect(await postMail({ ...attempt, number: 5 })).toMatchObject({
      ...{ state: 'sent', accepted: ['jo@example.com'], rejected: ['archive@example.com'] },
    })
    expect(await stateOf(attempt.jobId)).toMatchObject({ state: 'sent', error: expect.any(String) })
    expect(server.received).toHaveLength(1)
  })
})
