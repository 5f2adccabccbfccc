import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

import { createOutgoing, type OutgoingOptions } from './outgoing.js'

let server: Server
let port: number

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/silent') return
    if (request.url === '/cut-off') return void response.writeHead(200).write('o', () => response.destroy())
    if (request.url === '/endless') return void response.writeHead(201, { 'x-is': 'kept' }).write('o')
    if (request.url === '/huge') return void response.end('x'.repeat(6 * 1024 ** 2))
    if (request.url === '/large') return void response.end('x'.repeat(2_000))
    const to = /^\/to\/(.*)/.exec(request.url ?? '')?.[1]
    if (to !== undefined) return void response.writeHead(302, { location: decodeURIComponent(to) }).end()
    // Closed after each answer, so that every request is a connection of its own.
    response.setHeader('connection', 'close')
    response.end(`${request.method} ${request.headers.host}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function outgoing(options: Partial<OutgoingOptions> = {}) {
  const made = createOutgoing({ allow: [], ...options })
  onTestFinished(() => made.close())
  return made
}

/** A resolver that tells one list of addresses after the other. */
function resolver(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const resolve = async (host: string) => {
    const addresses = answers[asked.push(host) - 1] ?? []
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { asked, resolve }
}

const nobodyAsks = async () => expect.unreachable('a resolver was asked')
const refused = { code: 'OUTGOING_REFUSED' }

test.each([
  '127.0.0.1',
  '127.1',
  '0x7f.0.0.1',
  '0x7f000001',
  '2130706433',
  '017700000001',
  '0177.0.0.01',
  '127.0.0.1.',
  '①②⑦.⓪.⓪.①',
  '0',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '169.254.169.254',
  'localhost',
  'LOCALHOST.',
  'app.localhost',
])('http://%s is refused, and would be', async (host) => {
  const { fetch, refusalOf } = outgoing({ resolve: nobodyAsks })
  await expect(fetch(`http://${host}:${port}/`)).rejects.toMatchObject(refused)
  expect(refusalOf(`http://${host}:${port}/`)).toMatchObject(refused)
})

test.each(['file:///etc/passwd', 'ftp://example.com/', 'data:,x', 'nothing', 'https://me:pw@example.com/'])(
  '%s is refused, and would be',
  async (url) => {
    const { fetch, refusalOf } = outgoing({ resolve: nobodyAsks })
    await expect(fetch(url)).rejects.toMatchObject(refused)
    expect(refusalOf(url)).toMatchObject(refused)
  },
)

test.each([
  ['a public address', 'https://93.184.216.34/', []],
  ['a name, wherever it may lead', 'https://notlocalhost:8443/', []],
  ['an address that the configuration lists', 'http://10.1.2.3/', ['10.0.0.0/8']],
  ['localhost, listed by its name', 'http://localhost/', ['localhost']],
  ['localhost, listed by one of its addresses', 'http://localhost/', ['::1']],
])('%s would not be refused without asking a resolver', (_, url, allow) => {
  expect(outgoing({ allow, resolve: nobodyAsks }).refusalOf(url)).toBeUndefined()
})

test('a host is reached that the configuration lists, by its name or by its address', async () => {
  const byAddress = await outgoing({ allow: ['127.0.0.0/8'] }).fetch(`http://127.0.0.1:${port}/`)
  expect(await byAddress.text()).toBe(`GET 127.0.0.1:${port}`)
  const { resolve } = resolver(['127.0.0.1'])
  const { fetch } = outgoing({ allow: ['erp.internal'], resolve })
  const byName = await fetch(`http://erp.internal:${port}/`, { method: 'POST', body: '{}' })
  expect(byName.status).toBe(200)
  expect(await byName.text()).toBe(`POST erp.internal:${port}`)
})

test('one address that is not public spoils a name', async () => {
  const { resolve } = resolver(['93.184.216.34', '10.0.0.5'])
  const asking = outgoing({ resolve }).fetch('https://shop.example/')
  await expect(asking).rejects.toMatchObject({
    ...refused,
    message: expect.not.stringContaining('10.0.0.5'),
  })
})

test('a name that points elsewhere a moment later is resolved once a connection, and judged anew by the next', async () => {
  const { asked, resolve } = resolver(['127.0.0.1'], ['127.0.0.2'])
  const { fetch } = outgoing({ allow: ['127.0.0.1'], resolve })
  const url = `http://rebinding.example:${port}/`
  expect((await fetch(url)).status).toBe(200)
  expect(asked).toHaveLength(1)
  await expect(fetch(url)).rejects.toMatchObject(refused)
  expect(asked).toHaveLength(2)
})

test('a redirect is judged anew, whether it leads to a name, an address or another protocol', async () => {
  const resolve = async (host: string) => [
    { address: host === 'shop.example' ? '127.0.0.1' : '10.0.0.1', family: 4 },
  ]
  const { fetch } = outgoing({ allow: ['shop.example'], resolve })
  const start = `http://shop.example:${port}/to/`
  const within = await fetch(start + encodeURIComponent(`http://shop.example:${port}/`))
  expect(within.status).toBe(200)
  const to = (target: string) => fetch(start + encodeURIComponent(target))
  await expect(to('http://inside.example/')).rejects.toMatchObject(refused)
  await expect(to(`http://127.0.0.1:${port}/`)).rejects.toMatchObject(refused)
  await expect(to('http://169.254.169.254/latest/meta-data')).rejects.toMatchObject(refused)
  await expect(to('file:///etc/passwd')).rejects.toMatchObject({ code: 'OUTGOING_FAILED' })
  const seen = await fetch(`${start}elsewhere`, { redirect: 'manual' })
  expect(seen.status).toBe(302)
})

test('an answer that is too large or too late is given up, and a caller may give up by itself', async () => {
  const allow = ['127.0.0.1']
  const at = (path: string) => `http://127.0.0.1:${port}/${path}`
  const small = outgoing({ allow, maxBytes: 1_999 })
  await expect(small.fetch(at('large'))).rejects.toMatchObject({ code: 'OUTGOING_TOO_LARGE' })
  const hasty = outgoing({ allow, timeoutMs: 20 })
  await expect(hasty.fetch(at('silent'))).rejects.toMatchObject({ code: 'OUTGOING_TIMEOUT' })
  const signal = AbortSignal.abort(new Error('changed my mind'))
  await expect(outgoing({ allow }).fetch(at(''), { signal })).rejects.toThrow('changed my mind')
})

test.each([
  ['cut-off', 200],
  ['endless', 201],
  ['huge', 200],
])(
  'an answer of which only the head is wanted has arrived with it, when its body is %s',
  async (path, status) => {
    const { fetch } = outgoing({ allow: ['127.0.0.1'], maxBytes: 1, timeoutMs: 200 })
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`, { answerBody: 'ignored' })
    expect(answer.status).toBe(status)
    expect(await answer.text()).toBe('')
  },
)

test('a host that is not there is told by its name', async () => {
  const { resolve } = resolver([])
  const asking = outgoing({ resolve }).fetch('https://nowhere.example/')
  await expect(asking).rejects.toMatchObject({
    code: 'OUTGOING_FAILED',
    message: expect.stringMatching(/nowhere\.example.*ENOTFOUND/),
  })
})
