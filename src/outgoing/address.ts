import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/**
 * What keeps an address from being one of the public internet: `loopback`, `private`, `linkLocal`, …; `undefined` when
 * nothing does. An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as what it is.
 */
export function whyNotPublic(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return 'not an address'
  return judge(ipaddr.parse(address))
}

function judge(address: Address): string | undefined {
  const range = address.range()
  if (address instanceof ipaddr.IPv4) {
    if (address.toString() === AZURE_PLATFORM) return 'cloudPlatform'
    return range === 'unicast' ? undefined : range
  }
  const inside = embedded(address)
  if (inside) return judge(inside)
  if (range !== 'unicast') return range
  return isGlobal(address) ? undefined : 'reserved'
}

/** Public by its number, but it answers inside of machines there, and tells them their secrets. */
const AZURE_PLATFORM = '168.63.129.16'

/** The IPv4 address that a machine behind `address` really is; of NAT64 the well-known prefix alone, others are refused whole. */
function embedded(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const isOne = address.isIPv4MappedAddress() || address.match(NAT64)
  return isOne ? new ipaddr.IPv4(address.toByteArray().slice(12)) : undefined
}

const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/** Nothing else has been given to anybody yet; the deprecated ::a.b.c.d lies outside as well. */
function isGlobal(address: ipaddr.IPv6): boolean {
  return address.match(GLOBAL)
}

const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3')
