import { createHmac, randomBytes } from 'node:crypto'

/** What secrets of webhooks begin with, so that one is recognised where it should not be. */
const PREFIX = 'whsec_'

/** A new secret: 32 random bytes. */
export function newWebhookSecret(random = randomBytes): string {
  return PREFIX + random(32).toString('base64')
}

/** What a receiver needs to see who sent it, when, and that nobody changed it: the headers of Standard Webhooks. */
export interface SignedHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/** @param secrets each signs, so that a receiver may know either of them while they change */
export function signatureHeaders(
  { id, body, at }: { id: string; body: string; at: Date },
  secrets: readonly string[],
): SignedHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  const signed = `${id}.${timestamp}.${body}`
  const signatures = secrets.map((secret) => `v1,${hmac(secret, signed)}`)
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .update(text)
    .digest('base64')
}
