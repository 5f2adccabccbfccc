import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

import { PostgresDatabase } from '../../src/database/index.js'
import { copyTemplate } from '../../src/database/testing/test-database.js'
import { defineJob, Engine } from '../../src/queue/index.js'
import { Program, type Ended } from './program.js'
import { runHere } from './run-here.js'

let program: Program
let scratch: string
beforeAll(async () => {
  program = await Program.build()
  scratch = await mkdtemp(path.join(os.tmpdir(), 'linehaul-work-'))
})
afterAll(async () => {
  await program?.remove()
  await rm(scratch, { recursive: true, force: true })
})

function expectSentence({ code, errors }: Ended, sentence: RegExp, exitCode = 1): void {
  expect(errors).toMatch(sentence)
  expect(errors.trimEnd().split('\n')).toHaveLength(1)
  expect(code).toBe(exitCode)
}

/** What somebody who watches a worker is answered. */
async function lookAt(url: string): Promise<unknown[]> {
  const [alive, ready, scrape, other] = await Promise.all(
    ['/healthz', '/readyz', '/metrics', '/api/v1/jobs'].map((path) => fetch(url + path)),
  )
  const metrics = (await scrape?.text()) ?? ''
  return [
    ...[alive?.status, ready?.status, scrape?.headers.get('content-type')],
    ...[
      /^linehaul_jobs_claimed_total\{queue="pattern"[^]*^linehaul_rules_version \d+$/m.test(metrics),
      other?.status,
    ],
  ]
}

test.each([
  [['--concurrency', '0'], /whole number from 1 to 1000/],
  [['--concurrency', 'many'], /whole number from 1 to 1000/],
  [['--grace', 'long'], /duration such as 30s/],
  [['--port', '70000'], /whole number from 0 to 65535/],
  [['--queues', 'pattern,,default'], /names with commas between them/],
])('a worker with %j is refused in a sentence', async (options, sentence) => {
  expectSentence(await runHere(['work', ...options]), sentence, 2)
})

test('a worker where no Linehaul ever ran has nothing to do, and makes nothing', async () => {
  const environment = { LINEHAUL_DATA_DIR: path.join(scratch, 'never') }
  expectSentence(await program.run(['work'], environment), /There is no data in .*never/)
})

describe('on an embedded database', () => {
  let environment: NodeJS.ProcessEnv
  let remove: () => Promise<void>
  beforeAll(async () => {
    const template = await copyTemplate('embedded')
    environment = { LINEHAUL_DATA_DIR: template.place.folder }
    remove = template.remove
  })
  afterAll(() => remove?.())

  test('a worker runs alone', async () => {
    const ended = await program.interrupt(['work', '--queues', 'pattern'], environment, ({ stdout }) =>
      once(stdout ?? process.stdout, 'data'),
    )
    expect(ended).toMatchObject({ code: 0, errors: '' })
  })

  test('a worker is told who has the folder', async () => {
    const server = await program.serve(environment)
    expectSentence(await program.run(['work'], environment), new RegExp(`in use by process ${server.pid}`))
    expect(await server.stop('SIGTERM')).toMatchObject({ code: 0 })
  })
})

describe.runIf(inject('databaseKinds').includes('server'))('on a server', () => {
  let database: PostgresDatabase
  let environment: NodeJS.ProcessEnv
  let remove: () => Promise<void>
  beforeAll(async () => {
    const template = await copyTemplate('server')
    environment = { DATABASE_URL: template.place.url }
    database = new PostgresDatabase({ url: template.place.url ?? '' })
    remove = template.remove
  })
  afterAll(async () => {
    await database?.close()
    await remove?.()
  })

  test('a worker says what it serves, runs it, leaves the rest, and stops cleanly when told to', async () => {
    const named = (name: 'freight.analyze-patterns' | 'freight.expire-suggestions', queue: string) =>
      defineJob({ name, queue, payload: { parse: (input) => input as object }, run: async () => undefined })
    const analyze = named('freight.analyze-patterns', 'pattern')
    const expire = named('freight.expire-suggestions', 'default')
    const engine = new Engine({ database, jobs: [analyze, expire], needs: {} }) // it only enqueues
    await engine.enqueue(expire, {}, { tenantId: 'default' })
    const { id } = await engine.enqueue(analyze, {}, { tenantId: 'default' })
    const until = async (state: string) => {
      const look = `-- wait\nSELECT state FROM linehaul.job WHERE id = $1 AND pg_sleep(0.05) IS NOT NULL`
      for (;;) {
        const [job] = await database.query<{ state: string }>(look, [id])
        if (job?.state !== state) return
      }
    }
    const command = ['work', '--queues', 'pattern', '--concurrency', '3', '--grace', '5s', '--port', '0']
    let told: unknown
    const ended = await program.interrupt(command, environment, async ({ stdout }) => {
      const [line] = (await once(stdout ?? process.stdout, 'data')) as [Buffer]
      await until('waiting')
      told = await lookAt(/http:\S+/.exec(line.toString())?.[0] ?? '')
    })
    expect(ended).toMatchObject({ code: 0, errors: '' })
    expect(told).toEqual([200, 200, 'text/plain; version=0.0.4; charset=utf-8', true, 404])
    const [first, ...output] = ended.output.split('\n')
    expect(first).toMatch(/^Health and metrics at http:\/\/127\.0\.0\.1:\d+$/)
    expect(output).toEqual([
      'Working the queues pattern, system: at most 3 jobs at once. Press Ctrl-C to stop.',
      'SIGINT: letting running jobs end, for 5s at most …',
      'Stopped.',
      '',
    ])
    expect(await database.query('SELECT queue, state FROM linehaul.job')).toEqual([
      { queue: 'default', state: 'waiting' },
    ])
    expect(await database.query('SELECT id FROM linehaul.worker')).toEqual([])
    expect(await database.query('SELECT worker_id FROM linehaul.leader')).toEqual([])
  })

  test('a queue that is not known is refused, and the nearest named', async () => {
    const ended = await program.run(['work', '--queues', 'patern'], environment)
    expectSentence(ended, /no queue "patern".*Did you mean "pattern"/)
  })

  test.each([
    [
      'lacks a step',
      `DELETE FROM linehaul.migration WHERE part = 'access' AND number = 2`,
      /lacks access\/2.*npx linehaul migrate/,
      5,
    ],
    [
      'has a step of a newer version',
      `INSERT INTO linehaul.migration (part, number, name, checksum) VALUES ('fleet', 1, 'later', '')`,
      /migrated by a newer Linehaul: it has fleet\/1/,
      1,
    ],
  ])('a worker does not start where the schema %s', async (_what, change, sentence, code) => {
    await database.query(change)
    expectSentence(await program.run(['work'], environment), sentence, code)
  })
})
