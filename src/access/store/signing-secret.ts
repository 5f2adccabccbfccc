import type { Executor } from '../../database/index.js'

/** Keeps `secret` unless there is one. @returns the one that is kept */
export async function keepSecret(db: Executor, secret: string): Promise<string> {
  await db.query(INSERT, [secret])
  const [kept] = await db.query<{ secret: string }>(SELECT)
  return kept?.secret ?? secret
}

const INSERT = /* sql */ `
-- keep signing secret: $1 secret
INSERT INTO linehaul.signing_secret (secret)
VALUES ($1)
ON CONFLICT (is_only) DO NOTHING`

const SELECT = /* sql */ `
-- select signing secret
SELECT secret FROM linehaul.signing_secret`
