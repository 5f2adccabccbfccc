import { isIP, type LookupFunction } from 'node:net'

import type { Agent } from 'undici'

import { whyNotPublic } from './address.js'
import type { Allowed } from './allowed.js'
import { refusedAddress, type OutgoingError } from './errors.js'

/** Every address of a host, as the system's resolver finds them. */
export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>

/**
 * Opens connections to public addresses only. A name is resolved once for each connection, and the connection goes to
 * what was looked at: a name that points elsewhere a moment later changes nothing. Redirects are new connections.
 */
export async function guardedAgent(allow: Allowed, resolve: Resolve): Promise<Agent> {
  const { Agent, buildConnector } = await import('undici')
  const connect = buildConnector({ lookup: guardedLookup(allow, resolve) })
  return new Agent({
    connect(options, callback) {
      // Sockets look up names only: an address is judged here.
      const refused = refusalUnresolved(options.hostname, allow)
      if (refused) callback(refused, null)
      else connect(options, callback)
    },
  })
}

/** What is refused already before a resolver is asked. @param hostname as in a URL */
export function refusalUnresolved(hostname: string, allow: Allowed): OutgoingError | undefined {
  const host = hostname.replace(/^\[|\]$/g, '')
  const refusals = knownAddresses(host).map((address) => refusalOf(host, [address], allow))
  return refusals.every((refusal) => refusal !== undefined) ? refusals[0] : undefined
}

/** Those one of which `host` leads to on any machine; none when only a resolver can tell. */
function knownAddresses(host: string): readonly string[] {
  if (isIP(host)) return [host]
  return /(^|\.)localhost\.?$/i.test(host) ? ['127.0.0.1', '::1'] : []
}

function guardedLookup(allow: Allowed, resolve: Resolve): LookupFunction {
  return (host, { all }, callback) => {
    resolve(host).then(
      (found) => {
        const refused = refusalOf(
          host,
          found.map(({ address }) => address),
          allow,
        )
        const [first] = found
        if (refused || !first) callback(refused ?? notFound(host), '')
        else if (all) callback(null, [...found])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}

/** One address that is not public spoils them all: which one is connected to is not ours to choose. */
function refusalOf(host: string, addresses: readonly string[], allow: Allowed): OutgoingError | undefined {
  if (allow.hasHost(host)) return undefined
  const reasons = addresses.filter((address) => !allow.hasAddress(address)).map(whyNotPublic)
  const why = reasons.find((reason) => reason !== undefined)
  return why === undefined ? undefined : refusedAddress(host, why)
}

function notFound(host: string): Error {
  return Object.assign(new Error(`no address for ${host}`), { code: 'ENOTFOUND' })
}
