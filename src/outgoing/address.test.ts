import { expect, test } from 'vitest'

import { whyNotPublic } from './address.js'
import { allowed } from './allowed.js'

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '93.184.216.34',
  '172.15.255.255',
  '172.32.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '2606:4700:4700::1111',
  '2a00:1450:4001:82a::200e',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
])('%s is public', (address) => {
  expect(whyNotPublic(address)).toBeUndefined()
})

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'linkLocal'],
  ['100.64.0.1', 'carrierGradeNat'],
  ['100.100.100.200', 'carrierGradeNat'],
  ['168.63.129.16', 'cloudPlatform'],
  ['192.0.0.8', 'reserved'],
  ['192.0.2.1', 'reserved'],
  ['198.18.0.1', 'reserved'],
  ['198.51.100.1', 'reserved'],
  ['203.0.113.1', 'reserved'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['0:0:0:0:0:0:0:1', 'loopback'],
  ['fe80::1', 'linkLocal'],
  ['fe80::1%eth0', 'linkLocal'],
  ['fec0::1', 'deprecatedSiteLocal'],
  ['fc00::1', 'uniqueLocal'],
  ['fd00:ec2::254', 'uniqueLocal'],
  ['ff02::1', 'multicast'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['::ffff:10.0.0.1', 'private'],
  ['::ffff:169.254.169.254', 'linkLocal'],
  ['::ffff:0:127.0.0.1', 'rfc6145'],
  ['::127.0.0.1', 'loopback'],
  ['::7f00:1', 'reserved'],
  ['::808:808', 'reserved'],
  ['64:ff9b::127.0.0.1', 'loopback'],
  ['64:ff9b::a00:1', 'private'],
  ['64:ff9b:1::8.8.8.8', 'rfc6052'],
  ['2002:7f00:1::', '6to4'],
  ['2001:0:53aa:64c:0:0:80ff:fffe', 'teredo'],
  ['2001:db8::1', 'reserved'],
  ['3fff::1', 'reserved'],
  ['100::1', 'discard'],
  ['5f00::1', 'segmentRouting'],
  ['4000::1', 'reserved'],
  ['localhost', 'not an address'],
])('%s is not public: %s', (address, why) => {
  expect(whyNotPublic(address)).toBe(why)
})

test('what the configuration lists is let through: hosts by name, addresses and ranges', () => {
  const allow = allowed(['ERP.internal', '10.1.0.0/16', '192.168.0.7', 'fd12::/16'])
  expect(['erp.internal', 'Erp.Internal.'].every((host) => allow.hasHost(host))).toBe(true)
  expect(['internal', 'x.erp.internal', '10.1.0.0'].some((host) => allow.hasHost(host))).toBe(false)
  const within = ['10.1.255.255', '::ffff:10.1.0.1', '192.168.0.7', 'fd12::9']
  expect(within.filter((address) => !allow.hasAddress(address))).toEqual([])
  const outside = ['10.2.0.0', '192.168.0.8', 'fd13::', '127.0.0.1', 'erp.internal']
  expect(outside.filter((address) => allow.hasAddress(address))).toEqual([])
})
