import http from 'node:http'
import type { AddressInfo } from 'node:net'

import { Issuer } from '../../src/access/testing/issuer.js'

/** Where a Linehaul under test has to be let through to. */
export const ISSUER_HOST = '127.0.0.1'

/** An outside issuer on this machine, which tells its keys at `/keys`; it also takes what webhooks are sent at `/hook`. */
export interface LocalIssuer {
  readonly issuer: Issuer
  readonly url: string
  close(): Promise<void>
}

export async function startIssuer(audience: string): Promise<LocalIssuer> {
  const server = http.createServer((request, response) => {
    if (request.url === '/hook') return void response.writeHead(204).end()
    response.statusCode = request.url === '/keys' ? 200 : 404
    response.end(JSON.stringify(issuer.keySet()))
  })
  await new Promise<void>((resolve) => server.listen(0, ISSUER_HOST, resolve))
  const url = `http://${ISSUER_HOST}:${(server.address() as AddressInfo).port}`
  const issuer = await Issuer.make(url, audience, new Date())
  return { issuer, url, close: () => new Promise((resolve) => server.close(() => resolve())) }
}
