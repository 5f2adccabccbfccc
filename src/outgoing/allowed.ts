import ipaddr from 'ipaddr.js'

/** What the configuration lets through although it is not public. */
export interface Allowed {
  hasHost(host: string): boolean
  hasAddress(address: string): boolean
}

/** @param entries names of hosts (exactly, no wildcards), addresses and ranges such as `10.1.0.0/16` */
export function allowed(entries: readonly string[]): Allowed {
  const ranges = entries.flatMap(rangeOf)
  const hosts = new Set(entries.filter((entry) => rangeOf(entry).length === 0).map(plainHost))
  return {
    hasHost: (host) => hosts.has(plainHost(host)),
    hasAddress: (address) => ipaddr.isValid(address) && ranges.some((range) => isWithin(address, range)),
  }
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

function rangeOf(entry: string): Range[] {
  if (ipaddr.isValidCIDR(entry)) return [ipaddr.parseCIDR(entry)]
  if (!ipaddr.IPv6.isValid(entry) && !ipaddr.IPv4.isValidFourPartDecimal(entry)) return []
  const address = ipaddr.process(entry)
  return [[address, address.kind() === 'ipv4' ? 32 : 128]]
}

function isWithin(address: string, [base, bits]: Range): boolean {
  const one = ipaddr.process(address) // a mapped IPv4 address is that IPv4 address
  return one.kind() === base.kind() && one.match(base, bits)
}

/** As names are compared: without case, and without the dot that says that the name is whole. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '')
}
