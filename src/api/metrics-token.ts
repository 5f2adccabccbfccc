import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether a request's header `Authorization` has the one token. Takes as long whatever it is. */
export function hasToken(authorization: string | undefined, token: string): boolean {
  const [, given = ''] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? []
  // Hashes are of one length, so that not even the token's length can be measured.
  return timingSafeEqual(hashOf(given), hashOf(token))
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
