import { isIP, type LookupFunction } from 'node:net'

import { Agent, buildConnector } from 'undici'

import { whyNotPublic } from './address.js'
import type { Allowed } from './allowed.js'
import { refusedAddress } from './errors.js'

/** Every address of a host, as the system's resolver finds them. */
export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>

/**
 * Opens connections to public addresses only. A name is resolved once for each connection, and the connection goes to
 * what was looked at: a name that points elsewhere a moment later changes nothing. Redirects are new connections.
 */
export function guardedAgent(allow: Allowed, resolve: Resolve): Agent {
  const connect = buildConnector({ lookup: guardedLookup(allow, resolve) })
  return new Agent({
    connect(options, callback) {
      // Sockets look up names only: an address is judged here.
      const host = options.hostname.replace(/^\[|\]$/g, '')
      const refused = isIP(host) ? refusalOf(host, [host], allow) : undefined
      if (refused) callback(refused, null)
      else connect(options, callback)
    },
  })
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
function refusalOf(host: string, addresses: readonly string[], allow: Allowed): Error | undefined {
  if (allow.hasHost(host)) return undefined
  const reasons = addresses.filter((address) => !allow.hasAddress(address)).map(whyNotPublic)
  const why = reasons.find((reason) => reason !== undefined)
  return why === undefined ? undefined : refusedAddress(host, why)
}

function notFound(host: string): Error {
  return Object.assign(new Error(`no address for ${host}`), { code: 'ENOTFOUND' })
}
