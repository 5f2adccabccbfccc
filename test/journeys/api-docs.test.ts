import { afterAll, beforeAll, expect, test } from 'vitest'

import { readExamples, type ApiExample } from './api-examples.js'
import { leastRoleFor, LesserKeys } from './lesser-keys.js'
import { startIssuer, type LocalIssuer } from './local-issuer.js'
import { namesIn } from './match-answer.js'
import {
  aStrangersKey,
  KEY,
  onEachRunningApp,
  untilAnalysed,
  untilSent,
  untilTold,
  type Running,
} from './running-app.js'
import { compareAnswer, sendExample, type Sent } from './send-example.js'

const statusOf = async (sent: Promise<Sent>) => (await sent).answer.status

interface Operation {
  readonly name: string
  /** What its credential has to allow; `anyone`: nothing more than to be one; `nobody`: it needs none. */
  readonly permission: string
  /** Whether its path names something that belongs to one tenant. */
  readonly isAboutAnObject: boolean
}

const EXAMPLES = readExamples('docs/api.md')

/** Paths that name what all tenants have. */
const NAMES_OF_ALL = /^\/api\/v1\/(queues|alert-thresholds|scheduler\/trigger)\//

/** Making jobs is audited by the jobs' own rows; going on with a session and a dry run change nothing. */
const UNAUDITED =
  /^POST \/api\/v1\/(jobs|jobs\/schedule|jobs\/bulk|customers\/\{id\}\/pattern-analysis|auth\/refresh)$/
const IS_DRY_RUN = /"dryRun": true/
/** What a database on a server has tools of its own for. */
const OF_EMBEDDED = ['POST /api/v1/backups']

/** What makes what it names: another tenant's would be a thing of its own. */
const MAKES_WHAT_IT_NAMES = /^put \/api\/v1\/secrets\//

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

onEachRunningApp((running) => {
  const names = new Map([['key', KEY]])
  /** What only the tenant of the examples may be told. */
  const ours = new Set<string>()
  let operations: readonly Operation[]
  let stranger: string
  let keys: LesserKeys
  let issuer: LocalIssuer

  beforeAll(async () => {
    issuer = await startIssuer('linehaul')
    names.set('issuer', issuer.url)
    operations = await readOperations(running())
    keys = new LesserKeys(running())
    stranger = await aStrangersKey(running(), 'stranger')
  })

  afterAll(() => issuer.close())

  const operationOf = ({ method, path }: ApiExample): Operation => {
    const asked = `${method} ${path.replace(/\?.*/, '')}`
    const found = operations.find(({ name }) => patternOf(name).test(asked))
    if (!found) throw new Error(`the OpenAPI document has no ${asked}`)
    return found
  }

  const send = (example: ApiExample, credential?: string | null) =>
    sendExample(running().url, example, names, credential)

  async function refuses(example: ApiExample, { permission, isAboutAnObject }: Operation): Promise<void> {
    if (permission === 'nobody') return
    expect(await statusOf(send(example, null)), 'with no credential').toBe(401)
    const least = leastRoleFor(permission)
    const lesser = await keys.below(least)
    if (lesser !== undefined)
      expect(await statusOf(send(example, lesser)), `with less than ${least}`).toBe(403)
    if (!isAboutAnObject) return
    const told = await send(example, stranger)
    expect(told.answer.status, 'with the key of another tenant').toBe(least === 'owner' ? 403 : 404)
    expect(leaksOf(told), 'told to another tenant').toEqual([])
  }

  /** Asks for what names no object, and so is another thing to another tenant, or names one in its body. */
  async function tellsStrangersNothing(example: ApiExample, operation: Operation): Promise<void> {
    if (operation.isAboutAnObject || operation.permission === 'nobody') return
    if (example.method !== 'GET' && namesIn(example.request.body).length === 0) return
    const told = await send(example, stranger)
    expect(told.answer.status).toBeLessThan(500)
    if (example.method !== 'GET' && oursIn(told).length > 0)
      expect(told.answer.status, 'for a body with an id of ours').toBeGreaterThanOrEqual(400)
    expect(leaksOf(told), 'told to another tenant').toEqual([])
  }

  function oursIn({ text }: Sent): string[] {
    return [...ours].filter((id) => text.includes(id))
  }

  function leaksOf({ text, answer }: Sent): string[] {
    return [...ours].filter((id) => answer.body.includes(id) && !text.includes(id))
  }

  async function answersAsWritten(example: ApiExample, { name }: Operation): Promise<void> {
    const audited = await countAudited(running())
    const sent = await send(example)
    if (OF_EMBEDDED.includes(name) && running().app.database.kind === 'server')
      return expect(sent.answer.status).toBe(409)
    const { differences, given } = compareAnswer(example, sent, names)
    expect(differences).toEqual([])
    for (const [key, value] of given) names.set(key, value)
    for (const [id] of sent.answer.body.matchAll(UUID)) if (id !== running().app.engine.workerId) ours.add(id)
    if (example.method === 'GET' || example.status >= 400 || UNAUDITED.test(name)) return
    if (IS_DRY_RUN.test(example.request.body)) return
    expect(await countAudited(running()), 'entries of the audit trail').toBeGreaterThan(audited)
  }

  test.each(EXAMPLES.map((example) => [titleOf(example), example] as const))('%s', async (_, example) => {
    if (example.waits?.includes('analysed')) await untilAnalysed(running().app)
    if (example.waits?.includes('sent')) await untilSent(running().app)
    if (example.waits?.includes('told')) await untilTold(running().app)
    const operation = operationOf(example)
    await refuses(example, operation)
    await answersAsWritten(example, operation)
    await tellsStrangersNothing(example, operation)
  })

  test('every operation has an example that succeeds', () => {
    const shown = EXAMPLES.filter(({ status }) => status < 400).map((example) => operationOf(example).name)
    expect(operations.map(({ name }) => name).filter((name) => !shown.includes(name))).toEqual([])
  })
})

async function countAudited({ app: { database } }: Running): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    '-- count audited\nSELECT count(*)::int AS "count" FROM linehaul.audit_entry',
  )
  return row?.count ?? 0
}

function titleOf({ heading, method, path }: ApiExample): string {
  return `${heading}: ${method} ${path}`
}

async function readOperations({ caller }: Running): Promise<Operation[]> {
  const { body } = await caller.get<{ paths: Record<string, Record<string, { 'x-permission'?: string }>> }>(
    '/api/v1/openapi.json',
  )
  // `/jobs/schedule` before `/jobs/{id}`, which would take it for an id.
  const paths = Object.entries(body.paths).sort(([a], [b]) => a.split('{').length - b.split('{').length)
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-permission': permission = 'nobody' }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      permission,
      isAboutAnObject:
        path.includes('{') && !NAMES_OF_ALL.test(path) && !MAKES_WHAT_IT_NAMES.test(`${method} ${path}`),
    })),
  )
}

function patternOf(name: string): RegExp {
  return new RegExp(`^${name.replace(/\{\w+\}/g, '[^/]+')}$`)
}
