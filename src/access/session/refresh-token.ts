import { createHmac, randomBytes } from 'node:crypto'

import { hashOf } from '../api-secret.js'

/**
 * What a session is continued with. Its first half stays, and finds the session; its second half changes with every use.
 */
export interface RefreshToken {
  readonly family: string
  readonly secret: string
}

export function newRefreshToken(): RefreshToken {
  return { family: randomBytes(16).toString('base64url'), secret: randomBytes(32).toString('base64url') }
}

/**
 * The token after this one: always the same, so that two who bring one token at the same moment, or one whose answer was
 * lost, go on with the same. Nobody can tell it without `key`.
 */
export function tokenAfter({ family, secret }: RefreshToken, key: string): RefreshToken {
  const next = createHmac('sha256', key).update(`refresh ${family} ${secret}`).digest('base64url')
  return { family, secret: next }
}

export function writeToken({ family, secret }: RefreshToken): string {
  return `${family}.${secret}`
}

export function readToken(text: string): RefreshToken | undefined {
  const [, family, secret] = /^([\w-]{22})\.([\w-]{43})$/.exec(text) ?? []
  return family !== undefined && secret !== undefined ? { family, secret } : undefined
}

/** What is kept of a token: neither half can be got back from it. */
export function hashesOf({ family, secret }: RefreshToken): { familyHash: string; tokenHash: string } {
  return { familyHash: hashOf(family), tokenHash: hashOf(secret) }
}
