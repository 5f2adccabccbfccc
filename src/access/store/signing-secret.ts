import type { Executor } from '../../database/index.js'

export interface KeptSigningSecret {
  /** `null`: the secret lies under no key. */
  readonly keyId: string | null
  readonly secret: string
}

/** Keeps a secret unless there is one. @returns the one that is kept */
export async function keepSecret(db: Executor, drawn: KeptSigningSecret): Promise<KeptSigningSecret> {
  await db.query(INSERT, [drawn.secret, drawn.keyId])
  const [kept] = await db.query<KeptSigningSecret>(SELECT)
  return kept ?? drawn
}

const INSERT = /* sql */ `
-- keep signing secret: $1 secret, $2 key or null
INSERT INTO linehaul.signing_secret (secret, key_id)
VALUES ($1, $2)
ON CONFLICT (is_only) DO NOTHING`

const SELECT = /* sql */ `
-- select signing secret
SELECT key_id AS "keyId", secret FROM linehaul.signing_secret`

/** The same one, until the transaction ends for nobody else to change. */
export async function lockSecret(db: Executor): Promise<KeptSigningSecret | undefined> {
  const [kept] = await db.query<KeptSigningSecret>(LOCK)
  return kept
}

const LOCK = /* sql */ `
-- lock signing secret
SELECT key_id AS "keyId", secret FROM linehaul.signing_secret
FOR UPDATE`

export async function resealSecret(db: Executor, { keyId, secret }: KeptSigningSecret): Promise<void> {
  await db.query(RESEAL, [secret, keyId])
}

const RESEAL = /* sql */ `
-- reseal signing secret: $1 secret, $2 key
UPDATE linehaul.signing_secret
SET secret = $1, key_id = $2`
