import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

import { InvalidProviderError } from './errors.js'

/** Asks an address that a user gave, within a time and a size; rejects private ones unless they are meant. */
export type Fetch = (url: string) => Promise<Response>

/**
 * Reads the public keys at `url`. What `fetch` rejects with is passed on.
 * @throws {InvalidProviderError} ACCESS_PROVIDER_INVALID when there are none
 */
export async function readKeys(fetch: Fetch, url: string): Promise<JWTVerifyGetKey> {
  const answer = await fetch(url)
  if (!answer.ok) throw new InvalidProviderError('jwksUrl', `answers with status ${answer.status}`)
  try {
    return createLocalJWKSet((await answer.json()) as JSONWebKeySet)
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof errors.JOSEError)) throw error
    throw new InvalidProviderError('jwksUrl', 'does not answer with a JSON Web Key Set')
  }
}
