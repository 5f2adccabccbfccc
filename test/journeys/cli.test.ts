import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

import { openEmbedded, PostgresDatabase } from '../../src/database/index.js'
import { copyTemplate } from '../../src/database/testing/test-database.js'
import { anApiThat } from './an-api.js'
import { Caller } from './caller.js'
import { aShipment, toNdjson } from './freight-data.js'
import { Program, type Ended, type Server } from './program.js'
import { runHere } from './run-here.js'

const KEY = 'a-key-for-the-tests-only'

let program: Program
let scratch: string
beforeAll(async () => {
  program = await Program.build()
  scratch = await mkdtemp(path.join(os.tmpdir(), 'linehaul-cli-'))
})
afterAll(async () => {
  await program?.remove()
  await rm(scratch, { recursive: true, force: true })
})

/** A file to import. */
async function aFile(name: string, content: string | Buffer): Promise<string> {
  const file = path.join(scratch, name)
  await writeFile(file, content)
  return file
}

/** One sentence on the standard error, the exit code, and no stack. */
function expectSentence({ code, errors, output }: Ended, sentence: RegExp, exitCode = 1): void {
  expect(errors).toMatch(sentence)
  expect(errors.trimEnd().split('\n')).toHaveLength(1)
  expect(errors).not.toMatch(/\bat .*:\d+:\d+/)
  expect(output).not.toMatch(/\bat .*:\d+:\d+/)
  expect(code).toBe(exitCode)
}

describe('help', () => {
  test.each([
    [
      [],
      /serve[^]*work[^]*demo[^]*migrate[^]*import[^]*jobs[^]*queues[^]*schedules[^]*dead[^]*rules[^]*users[^]*keys/,
    ],
    [['serve'], /LINEHAUL_DATA_DIR[^]*DATABASE_URL[^]*LINEHAUL_API_KEY/],
    [['work'], /--queues[^]*--concurrency[^]*--grace[^]*DATABASE_URL/],
    [['demo'], /--window-days/],
    [['migrate'], /up to date/],
    [['import'], /shipments/],
    [['import', 'shipments'], /<file>[^]*--format/],
    [['jobs'], /list/],
    [['jobs', 'list'], /--state[^]*--name[^]*--queue[^]*--limit[^]*--json/],
  ])('of %j tells how to use it', async (command, usage) => {
    const { code, output, errors } = await runHere([...command, '--help'])
    expect(output).toMatch(usage)
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
  })

  test('the program itself says the same', async () => {
    const [help, fly] = await Promise.all([program.run(['--help']), program.run(['fly'])])
    expect(help).toEqual(await runHere(['--help']))
    expect(fly).toEqual(await runHere(['fly']))
  })

  test('the version is told', async () => {
    expect(await program.run(['--version'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })

  test.each([
    [['fly'], /unknown command 'fly'/],
    [
      ['jobs', 'list', '--state', 'lost'],
      /scheduled, blocked, held, waiting, running, done, cancelled, dead/,
    ],
    [['jobs', 'list', '--limit', '0'], /whole number from 1 to 10000/],
    [['demo', '--window-days', 'many'], /whole number from 1 to 365/],
    [['import', 'shipments'], /missing required argument 'file'/],
    [['jobs', 'list', '--url', 'ftp://linehaul.example'], /Write an address such as https:/],
  ])('%j is refused in a sentence', async (command, sentence) => {
    expectSentence(await runHere(command), sentence, 2)
  })
})

describe('what cannot be started says so in a sentence', () => {
  const away = { DATABASE_URL: 'postgres://me:hush@127.0.0.1:1/nowhere' }
  const wrong = { PORT: 'http', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://db' }
  let belowAFile: NodeJS.ProcessEnv
  const unfit = { FREIGHT_PATTERN_MIN_FREQUENCY: 'many' }
  let ended: Record<'belowAFile' | 'away' | 'wrong' | 'unfit', Ended>
  beforeAll(async () => {
    belowAFile = { LINEHAUL_DATA_DIR: path.join(await aFile('a-file', ''), 'data') }
    const serving = [belowAFile, away, wrong, unfit].map((environment) => program.run(['serve'], environment))
    const [first, second, third, fourth] = (await Promise.all(serving)) as [Ended, Ended, Ended, Ended]
    ended = { belowAFile: first, away: second, wrong: third, unfit: fourth }
  })

  test('a data folder below a file', async () => {
    for (const one of [ended.belowAFile, await runHere(['migrate'], belowAFile)])
      expectSentence(one, /data folder .*cannot be written/)
  })

  test('a database server that does not answer', () => {
    expectSentence(ended.away, /127\.0\.0\.1:1\/nowhere does not answer/, 3)
    expect(ended.away.errors).not.toContain('hush')
  })

  test('an environment with mistakes names each of them', () => {
    const { code, errors } = ended.wrong
    expect(code).toBe(2)
    expect(errors.trimEnd().split('\n')).toEqual([
      'The environment cannot be used:',
      expect.stringContaining('PORT '),
      expect.stringContaining('DATABASE_URL '),
      expect.stringContaining('LOG_LEVEL '),
    ])
  })

  test('a variable of a rule that does not fit, before anything is opened', () => {
    expect(ended.unfit).toMatchObject({ code: 2, output: '' })
    expect(ended.unfit.errors).toContain('FREIGHT_PATTERN_MIN_FREQUENCY is not a whole number from 1 to 100')
  })

  test('a backup to restore through an address', async () => {
    const environment = { LINEHAUL_URL: 'http://127.0.0.1:1' }
    expectSentence(await runHere(['restore', 'x.tar.gz'], environment), /never through LINEHAUL_URL/, 2)
  })

  test('a command for a Linehaul elsewhere, without a key for it', async () => {
    const environment = { LINEHAUL_URL: 'http://127.0.0.1:1' }
    expectSentence(await runHere(['jobs', 'list'], environment), /LINEHAUL_API_KEY/, 2)
  })

  test('a command for a Linehaul that does not answer', async () => {
    const environment = { LINEHAUL_URL: 'http://127.0.0.1:1', LINEHAUL_API_KEY: KEY }
    const file = await aFile('nobody.ndjson', toNdjson([aShipment()]))
    for (const command of [
      ['jobs', 'list'],
      ['import', 'shipments', file],
    ])
      expectSentence(await runHere(command, environment), /Nothing answers at http:\/\/127\.0\.0\.1:1/, 3)
  })
})

describe('migrate', () => {
  let environment: NodeJS.ProcessEnv
  beforeAll(() => {
    environment = { LINEHAUL_DATA_DIR: path.join(scratch, 'migrated') }
  })

  test('looks for what is applied where there is nothing yet, and makes nothing', async () => {
    const ended = await runHere(['migrate', '--status'], environment)
    expectSentence(ended, /^There is no data in .*migrated\. Start Linehaul there first/)
    await expect(stat(path.join(scratch, 'migrated'))).rejects.toThrow('ENOENT')
  })

  test('brings a new database up to date, in a folder that only its owner can enter', async () => {
    const first = await runHere(['migrate'], environment)
    expect(first).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^(Applied [a-z]+\/\d.*\.\n){5,}Up to date\.\n$/),
    })
    expect((await stat(path.join(scratch, 'migrated'))).mode & 0o777).toBe(0o700)
  })

  test('does so once, and tells what is applied', async () => {
    expect(await runHere(['migrate'], environment)).toMatchObject({ code: 0, output: 'Up to date.\n' })
    const { code, output } = await runHere(['migrate', '--status', '--json'], environment)
    expect({ code, steps: JSON.parse(output) }).toMatchObject({
      code: 0,
      steps: expect.arrayContaining([expect.objectContaining({ state: 'applied' })]),
    })
  })
})

describe('a data folder, from its first command on', () => {
  let folder: string
  let remove: () => Promise<void>
  let environment: NodeJS.ProcessEnv
  let key: string | undefined
  beforeAll(async () => {
    const template = await copyTemplate('embedded')
    remove = template.remove
    folder = template.place.folder ?? ''
    environment = { LINEHAUL_DATA_DIR: folder }
  })
  afterAll(() => remove?.())

  test('commands before the first start act on the database itself, and make no key that nobody sees', async () => {
    await runHere(['migrate'], environment)
    expect(await runHere(['jobs', 'list'], environment)).toMatchObject({ code: 0, output: 'No jobs.\n' })
    const listed = await program.run(['keys', 'list', '--json'], environment)
    expect(listed).toMatchObject({ code: 0, errors: '', output: '[]\n' })
  })

  test('the first start prints a key that works, and Ctrl-C stops it cleanly', async () => {
    const server = await program.serve(environment)
    key = server.printedKey
    expect(server.said.join('\n')).toContain(folder)
    expect(await new Caller(server.url, key).get('/api/v1/tenant')).toMatchObject({ status: 200 })
    expect(await server.stop('SIGINT')).toEqual({ code: 0, signal: null, output: '', errors: '' })
  })

  test('a later start prints none, and a client that never sends the rest of its request does not keep it from stopping', async () => {
    const server = await program.serve(environment)
    expect(server.printedKey).toBeUndefined()
    expect(await new Caller(server.url, key).get('/api/v1/tenant')).toMatchObject({ status: 200 })
    const { hostname, port } = new URL(server.url)
    const client = net.connect(Number(port), hostname).on('error', () => undefined)
    client.write(
      [
        'POST /api/v1/shipments HTTP/1.1',
        `Host: ${hostname}`,
        `Authorization: Bearer ${key}`,
        'Content-Type: application/json',
        'Content-Length: 100',
        'Expect: 100-continue', // the answer tells that the server has the headers
        '',
        '{"customer":',
      ].join('\r\n'),
    )
    await once(client, 'data')
    expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, signal: null, errors: '' })
    client.destroy()
  })

  test('Ctrl-C while it still opens its database stops it cleanly as well', async () => {
    const ended = await program.interrupt(['serve'], { ...environment, PORT: '0' }, ({ stdout }) =>
      once(stdout as Readable, 'data'),
    )
    expect(ended).toMatchObject({ code: 0, errors: '', output: expect.stringMatching(/Stopped\.\n$/) })
  })

  test('a port that is in use is told, and the folder let go', async () => {
    const other = net.createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as net.AddressInfo
    const ended = await program.run(['serve'], { ...environment, PORT: String(port) })
    expectSentence(ended, new RegExp(`Port ${port} .* in use.*PORT`))
    other.close()
    expect(await runHere(['migrate'], environment)).toMatchObject({ code: 0, output: 'Up to date.\n' })
  })

  test('a schema of a newer Linehaul is left alone', async () => {
    const database = await openEmbedded({ folder })
    await database.query(
      `INSERT INTO linehaul.migration (part, number, name, checksum) VALUES ('freight', 999, 'warp', 'x')`,
    )
    await database.close()
    for (const ended of [
      await program.run(['serve'], environment),
      await runHere(['migrate'], environment),
      await runHere(['jobs', 'list'], environment),
    ])
      expectSentence(ended, /newer Linehaul.*freight\/999-warp/)
  })
})

const GOOD_CSV = `customer,origin,destination,shippedAt\nACME,Reno,Boise,2026-06-01T08:00:00Z\n`

/** What an import does, whoever has the folder. */
function testImports(environment: () => NodeJS.ProcessEnv): void {
  const importFile = (...parameters: string[]) =>
    runHere(['import', 'shipments', ...parameters], environment())

  test.each([
    ['good.csv', GOOD_CSV],
    ['good.ndjson', toNdjson([aShipment({ id: 'nd' })])],
    ['good.csv.gz', gzipSync(GOOD_CSV)],
  ])('takes in %s', async (name, content) => {
    expect(await importFile(await aFile(name, content))).toEqual({
      code: 0,
      signal: null,
      errors: '',
      output: '1 shipment taken in, 0 there already, 0 lines rejected.\n',
    })
  })

  test('tells each line that was rejected with the fields that are wrong, and exits with 1', async () => {
    const rows = [aShipment({ id: 'kept' }), aShipment({ weightKg: 'heavy', colour: 'red' }), aShipment()]
    const ended = await importFile(await aFile('bad.ndjson', toNdjson(rows)))
    expect(ended.code).toBe(1)
    expect(ended.output).toBe('2 shipments taken in, 0 there already, 1 line rejected.\n')
    expect(ended.errors).toMatch(/^line 2: .*weightKg.*colour.*\n$/)
  })
}

describe('import, with nobody there', () => {
  let folder: string
  let remove: () => Promise<void>
  beforeAll(async () => {
    const template = await copyTemplate('embedded')
    remove = template.remove
    folder = template.place.folder ?? ''
  })
  afterAll(() => remove?.())
  testImports(() => ({ LINEHAUL_DATA_DIR: folder }))
})

describe('while a server has the folder open', () => {
  let environment: NodeJS.ProcessEnv
  let folder: string
  let remove: () => Promise<void>
  let server: Server

  beforeAll(async () => {
    const template = await copyTemplate('embedded')
    remove = template.remove
    folder = template.place.folder ?? ''
    environment = {
      LINEHAUL_DATA_DIR: folder,
      FREIGHT_ANALYSIS_DEBOUNCE: '1h',
      FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: '2h',
    }
    server = await program.serve({ ...environment, LINEHAUL_API_KEY: KEY })
    const made = await new Caller(server.url, KEY).post('/api/v1/shipments', aShipment())
    expect(made.status).toBe(201)
  })
  afterAll(async () => {
    await server?.stop('SIGKILL')
    await remove?.()
  })

  test('the environment has preset the first key, which then is not printed', async () => {
    expect(server.printedKey).toBeUndefined()
    expect(server.said.join('\n')).not.toContain(KEY)
    expect(await new Caller(server.url, KEY).get('/api/v1/tenant')).toMatchObject({ status: 200 })
  })

  test('a second server is refused, and told who has it and where that one is', async () => {
    const ended = await program.run(['serve'], { ...environment, PORT: '0' })
    expectSentence(ended, new RegExp(`process ${server.pid} .*${server.url}`))
  })

  test('the key for commands can be read by this user only', async () => {
    const file = path.join(folder, 'cli-key')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const secret = await readFile(file, 'utf8')
    expect(await new Caller(server.url, secret).get('/api/v1/tenant')).toMatchObject({ status: 200 })
  })

  test('jobs are listed as a table and as JSON', async () => {
    const { output } = await runHere(['jobs', 'list'], environment)
    const [headings, job] = output.split('\n')
    expect(headings).toMatch(/^ID +NAME +QUEUE +STATE +ATTEMPT +RUN AT +ERROR$/)
    expect(job).toMatch(/freight\.analyze-patterns +pattern +scheduled +0\/3/)
  })

  test.each([
    [['--state', 'scheduled'], 1],
    [['--state', 'done'], 0],
    [['--name', 'freight.analyze-patterns', '--queue', 'pattern', '--limit', '1'], 1],
    [['--name', 'freight.expire-suggestions'], 0],
    [['--queue', 'default'], 0],
  ])('jobs are told apart by %j', async (filters, count) => {
    const { output } = await runHere(['jobs', 'list', '--json', ...filters], environment)
    expect(JSON.parse(output)).toHaveLength(count)
  })

  test('where no Linehaul ever ran there is nothing to list, and nothing is made', async () => {
    const missing = path.join(scratch, 'never')
    expectSentence(
      await runHere(['jobs', 'list'], { LINEHAUL_DATA_DIR: missing }),
      /There is no data in .*never/,
    )
    await expect(stat(missing)).rejects.toThrow('ENOENT')
  })

  test('an empty list of jobs is said to be one', async () => {
    const { output } = await runHere(['jobs', 'list', '--state', 'dead'], environment)
    expect(output).toBe('No jobs.\n')
  })

  test('what the API refuses is told in its words', async () => {
    const wrongKey = { LINEHAUL_URL: server.url, LINEHAUL_API_KEY: 'not-a-key-of-anybody' }
    const file = await aFile('refused.csv', `${GOOD_CSV}`)
    expectSentence(await runHere(['jobs', 'list'], wrongKey), /Send a valid key/, 4)
    expectSentence(await runHere(['import', 'shipments', file], wrongKey), /Send a valid key/, 4)
    const unknown = await aFile('unknown.csv', 'customer,colour\nACME,red\n')
    expectSentence(await runHere(['import', 'shipments', unknown], environment), /unknown columns: colour/)
  })

  test('processes of their own act through it with the key of the folder, and answer JSON', async () => {
    const answers = Object.entries({
      'jobs list': expect.arrayContaining([expect.objectContaining({ name: 'freight.analyze-patterns' })]),
      'queues list': expect.arrayContaining([expect.objectContaining({ queue: 'pattern', scheduled: 1 })]),
      'schedules list': expect.arrayContaining([
        expect.objectContaining({ id: 'freight.analyze-patterns/daily' }),
      ]),
      'dead replay --all': { count: 0 },
      'rules set freight.pattern.min_frequency 4': { rule_value: 4, scope: 'tenant', author: 'cli:local' },
      'users create jo@example.com --name Jo --role viewer': {
        user: { email: 'jo@example.com', role: 'viewer' },
      },
      'keys create ci --role viewer': { name: 'ci', role: 'viewer', createdBy: 'cli:local' },
    })
    const run = ([words]: [string, unknown]) => program.run([...words.split(' '), '--json'], environment)
    const ended = await Promise.all(answers.map(run))
    for (const [i, [, answer]] of answers.entries()) {
      expect(ended[i]).toMatchObject({ code: 0, errors: '' })
      expect(JSON.parse(ended[i]?.output ?? '')).toMatchObject(answer)
    }
  })

  describe('import', () => testImports(() => environment))
})

describe('a file to import', () => {
  const nowhere = { LINEHAUL_URL: 'http://127.0.0.1:1', LINEHAUL_API_KEY: KEY }

  test('that is missing, or no file, is told', async () => {
    expectSentence(
      await runHere(['import', 'shipments', 'no-such.csv'], nowhere),
      /no-such\.csv cannot be read/,
    )
  })

  test('whose name does not tell what it holds needs to be told', async () => {
    const file = await aFile('shipments.txt', GOOD_CSV)
    expectSentence(
      await runHere(['import', 'shipments', file], nowhere),
      /--format csv or --format ndjson/,
      2,
    )
  })

  test('that is not gzipped although its name says so is told', async () => {
    const answering = await anApiThat((response) => response.writeHead(200).end())
    const file = await aFile('plain.csv.gz', GOOD_CSV)
    const ended = await runHere(['import', 'shipments', file], { ...nowhere, LINEHAUL_URL: answering.url })
    expectSentence(ended, /plain\.csv\.gz cannot be read/)
    answering.close()
  })

  test('whose import broke off is told how far it came', async () => {
    const breaking = await anApiThat((response) => {
      response.write(
        `${JSON.stringify({ kind: 'committed', throughLine: 500, created: 500, existing: 0 })}\n`,
        () => response.destroy(),
      )
    })
    const file = await aFile('broken.csv', GOOD_CSV)
    const ended = await runHere(['import', 'shipments', file], { ...nowhere, LINEHAUL_URL: breaking.url })
    expectSentence(ended, /up to line 500 is safe\. Run it again for the rest/)
    breaking.close()
  })

  test('that is interrupted is told how far it came', async () => {
    let told: (() => void) | undefined
    const answered = new Promise<void>((resolve) => (told = resolve))
    const endless = await anApiThat((response) => {
      response.write(
        `${JSON.stringify({ kind: 'committed', throughLine: 7, created: 7, existing: 0 })}\n`,
        () => told?.(),
      )
    })
    const file = await aFile('interrupted.csv', GOOD_CSV)
    const environment = { ...nowhere, LINEHAUL_URL: endless.url }
    const ended = await program.interrupt(['import', 'shipments', file], environment, () => answered)
    expectSentence(ended, /ended early\. Everything up to line \d+ is safe/)
    endless.close()
  })
})

describe.runIf(inject('serverUrl'))('on a database server', () => {
  test('what was taken in with nobody there is served later, and no key file is written', async () => {
    const { place, remove } = await copyTemplate('server')
    const environment = { DATABASE_URL: place.url, LINEHAUL_DATA_DIR: path.join(scratch, 'unused') }
    const file = await aFile('server.ndjson', toNdjson([aShipment({ id: 'on-the-server' })]))
    expect(await runHere(['import', 'shipments', file], environment)).toMatchObject({ code: 0 })
    const server = await program.serve(environment)
    const caller = new Caller(server.url, server.printedKey)
    expect(await caller.get('/api/v1/shipments/on-the-server')).toMatchObject({ status: 200 })
    expect(await server.stop('SIGINT')).toMatchObject({ code: 0, errors: '' })
    await expect(stat(path.join(scratch, 'unused'))).rejects.toMatchObject({ code: 'ENOENT' })
    await remove()
  })

  test('a command changes neither schema nor keys: what is older is refused, and left to migrate', async () => {
    const { place, remove } = await copyTemplate('server')
    const environment = { DATABASE_URL: place.url, LINEHAUL_API_KEY: KEY }
    expect(await runHere(['jobs', 'list'], environment)).toMatchObject({ code: 0, output: 'No jobs.\n' })
    const database = new PostgresDatabase({ url: place.url ?? '' })
    expect(await database.query('SELECT id FROM linehaul.api_key')).toEqual([])
    await database.query(`DELETE FROM linehaul.migration WHERE part = 'freight' AND number > 1`)
    expectSentence(await runHere(['jobs', 'list'], environment), /linehaul migrate/, 5)
    expect(await runHere(['migrate', '--status'], environment)).toMatchObject({ code: 5 })
    await database.close()
    await remove()
  })
})
