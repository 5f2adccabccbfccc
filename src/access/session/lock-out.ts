import ipaddr from 'ipaddr.js'

import { toMs } from '../../time/index.js'
import { accountSubject, type Attempts } from '../store/attempts.js'

/** For how long attempts are counted, and how long a lock lasts. */
export const WINDOW = '15m'
/** So many may fail before an account is locked … */
export const MOST_PER_ACCOUNT = 5
/** … and so many, for whatever accounts, before an address is: many people may share one. */
export const MOST_PER_ADDRESS = 50

export interface Subject {
  readonly subject: string
  readonly most: number
}

/** Whose attempts are counted together: those for an account, whether it exists or not, and those from an address. */
export function subjectsOf(email: string, address: string): readonly Subject[] {
  return [
    { subject: accountSubject(email), most: MOST_PER_ACCOUNT },
    { subject: addressSubject(address), most: MOST_PER_ADDRESS },
  ]
}

/** One line has 2^64 addresses of version 6 to choose from. */
export function addressSubject(address: string): string {
  // A request over a socket file has none.
  if (!ipaddr.isValid(address)) return 'address:none'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return `address:${parsed.toString()}`
  const [a, b, c, d] = (parsed as ipaddr.IPv6).parts
  return `address:${[a, b, c, d].map((part = 0) => part.toString(16)).join(':')}::/64`
}

export interface Lock {
  readonly subject: string
  readonly retryAfterSeconds: number
  /** Whether this attempt was the one too many. */
  readonly isNew: boolean
}

/** The lock that lasts longest of those that the attempts have led to. */
export function longestLock(
  subjects: readonly Subject[],
  attempts: readonly Attempts[],
  now: Date,
): Lock | undefined {
  const most = new Map(subjects.map((subject) => [subject.subject, subject.most]))
  const locks = attempts.flatMap(({ subject, count, since }) => {
    const allowed = most.get(subject) ?? Infinity
    if (count <= allowed) return []
    const leftMs = since.getTime() + toMs(WINDOW) - now.getTime()
    return [
      { subject, retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)), isNew: count === allowed + 1 },
    ]
  })
  return locks.sort((a, b) => b.retryAfterSeconds - a.retryAfterSeconds)[0]
}
