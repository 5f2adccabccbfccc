import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import type { Caller } from '../access/index.js'
import { logTo } from '../log.js'
import { countAnswers, gaugeSockets, type Answered } from '../telemetry/index.js'
import { createApi } from './create-api.js'
import type { AllServices } from './services.js'
import type { Watch } from './watch.js'

const TOKEN = 'token-of-the-scrape'
const CALLER: Caller = {
  ...{ tenantId: 'acme', actor: 'api-key:7', role: 'owner', scopes: null, businessUnitId: null },
}

const registry = new Registry()
const watch: Watch = {
  ...{ metrics: registry, metricsToken: TOKEN, answered: countAnswers(registry) },
  sockets: (count) => gaugeSockets(registry, count),
}
let lines: Record<string, unknown>[] = []
let api: FastifyInstance

async function anApi(
  watching: Watch,
  find = () => Promise.reject(new Error('of the inside')),
): Promise<FastifyInstance> {
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>)
  return createApi({
    services: {
      database: {},
      engine: { operator: {} },
      freight: { shipments: { get: find } },
    } as unknown as AllServices,
    version: '0.0.0',
    credentials: {
      find: async (key) => (key === 'key' ? CALLER : undefined),
      isRemembered: () => false,
      onChange: () => () => undefined,
    },
    limits: { perMinute: 1_000, trustProxy: [] },
    watch: watching,
    logger: logTo({ logLevel: 'debug' }, { write }),
  })
}

beforeAll(async () => {
  api = await anApi(watch)
})
afterAll(() => api.close())
beforeEach(() => {
  lines = []
  registry.resetMetrics()
})

const get = (url: string, authorization = 'Bearer key') => api.inject({ url, headers: { authorization } })
const scrape = (token = TOKEN) => get('/metrics', `Bearer ${token}`)

test('a scrape tells how often each route was answered, and how, by its pattern', async () => {
  await get('/healthz')
  await get('/api/v1/shipments/of-a-customer')
  await get('/api/v1/shipments/of-another?search=secret')
  await get('/wp-admin/../../etc')
  const { body, headers } = await scrape()
  expect(body).toContain('linehaul_live_sockets 0\n')
  expect(headers['content-type']).toMatch(/^text\/plain.*version=0\.0\.4/)
  const counters = body.split('\n').filter((line) => line.startsWith('linehaul_http_requests_total{'))
  expect(counters.sort()).toEqual([
    'linehaul_http_requests_total{method="GET",route="/api/v1/shipments/:id",status="500"} 2',
    'linehaul_http_requests_total{method="GET",route="/healthz",status="200"} 1',
    'linehaul_http_requests_total{method="GET",route="none",status="404"} 1',
  ])
  expect(body).toContain('linehaul_http_request_seconds_count{method="GET",route="/api/v1/shipments/:id"} 2')
})

test.each(['', 'Bearer ', 'Bearer token-of-the-scrapes', 'Bearer key', `Basic ${TOKEN}`])(
  'a scrape that sends "%s" instead of the token is refused',
  async (authorization) => {
    const refused = await get('/metrics', authorization)
    expect(refused.statusCode).toBe(401)
    expect(refused.json()).toMatchObject({ code: 'API_METRICS_TOKEN' })
    expect(refused.body).not.toContain(TOKEN)
  },
)

test('where no token is set, whoever asks may scrape', async () => {
  const open = await anApi({ ...watch, metricsToken: undefined, sockets: () => undefined })
  expect((await open.inject('/metrics')).statusCode).toBe(200)
  await open.close()
})

test('each request leaves one line, without its search, that says whose it was', async () => {
  const { headers } = await get('/api/v1/nowhere?token=lh_0123456789abcdef')
  expect(headers['content-type']).toContain('problem')
  await get('/api/v1/shipments/7?search=0815')
  const answered = lines.filter(({ msg }) => msg === 'answered')
  expect(answered).toMatchObject([
    {
      level: 20,
      method: 'GET',
      route: 'none',
      path: '/api/v1/nowhere',
      status: 404,
      requestId: expect.any(String),
    },
    {
      method: 'GET',
      route: '/api/v1/shipments/:id',
      path: '/api/v1/shipments/7',
      status: 500,
      ...ids(CALLER),
    },
  ])
  expect(JSON.stringify(lines)).not.toMatch(/0815|lh_0123/)
})

test('over a real connection a request that is answered is told once, with the status of its answer', async () => {
  const answered: Answered[] = []
  const own = await anApi({ ...watch, answered: (one) => answered.push(one), sockets: () => undefined })
  const url = await own.listen({ host: '127.0.0.1', port: 0 })
  for (const path of ['/healthz', '/nowhere', '/api/v1/shipments/7'])
    await (await fetch(`${url}${path}`, { headers: { authorization: 'Bearer key' } })).text()
  await own.close()
  expect(answered.map(({ status }) => status)).toEqual([200, 404, 500])
})

test('a request whose caller leaves before the answer is counted, and in the log, with the status 499', async () => {
  let begin = () => undefined as void
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const hangs = (): Promise<never> => {
    begin()
    return new Promise(() => undefined)
  }
  let leave: (told: Answered) => void = () => undefined
  const left = new Promise<Answered>((resolve) => (leave = resolve))
  const slow = await anApi({ ...watch, answered: leave, sockets: () => undefined }, hangs)
  const url = await slow.listen({ host: '127.0.0.1', port: 0 })
  const caller = new AbortController()
  const asked = fetch(`${url}/api/v1/shipments/7`, {
    headers: { authorization: 'Bearer key' },
    signal: caller.signal,
  })
  await begun
  caller.abort()
  await expect(asked).rejects.toThrow('aborted')
  expect(await left).toMatchObject({ method: 'GET', route: '/api/v1/shipments/:id', status: 499 })
  const answers = lines.filter(({ msg }) => msg === 'answered')
  expect(answers).toMatchObject([{ status: 499, path: '/api/v1/shipments/7', ...ids(CALLER) }])
  await slow.close()
})

test('what a handler writes says the request, its tenant and who asks', async () => {
  const { body } = await get('/api/v1/shipments/7')
  const { instance } = JSON.parse(body) as { instance: string }
  const failed = lines.find(({ msg }) => msg === 'request failed')
  expect(failed).toMatchObject({ level: 50, requestId: instance, ...ids(CALLER) })
})

function ids({ tenantId, actor }: Caller): object {
  return { tenantId, actor }
}
