import type { Executor } from '../../database/index.js'

/** Where a person's mails go; `undefined` for an account that is gone or disabled, or has no e-mail. */
export async function findAddress(db: Executor, userId: string): Promise<string | undefined> {
  const [found] = await db.query<{ email: string }>(FIND, [userId])
  return found?.email
}

const FIND = /* sql */ `
-- find mail address: $1 user
SELECT email FROM linehaul.user_account
WHERE id = $1::uuid AND disabled_at IS NULL`
