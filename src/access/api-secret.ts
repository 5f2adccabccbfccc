import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, with a prefix by which people and secret scanners know it. */
export function newSecret(): string {
  return `lh_${randomBytes(32).toString('base64url')}`
}

/** A fast hash will do: with 256 random bits there is nothing to guess. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
