import type { Executor, Transaction } from '../../database/index.js'

/** A person's account, of the whole instance. */
export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly passwordHash: string
  readonly oneTimeUntil: Date | null
  readonly isOwner: boolean
  readonly disabledAt: Date | null
}

const COLUMNS = /* sql */ `
  id::text AS "id", email, name, password_hash AS "passwordHash", one_time_until AS "oneTimeUntil",
  is_owner AS "isOwner", disabled_at AS "disabledAt"`

/** @param email in lower case */
export async function selectAccountByEmail(db: Executor, email: string): Promise<Account | undefined> {
  const [account] = await db.query<Account>(SELECT_BY_EMAIL, [email])
  return account
}

const SELECT_BY_EMAIL = /* sql */ `
-- select account: $1 e-mail
SELECT ${COLUMNS}
FROM linehaul.user_account
WHERE email = $1`

export async function selectAccount(db: Executor, id: string): Promise<Account | undefined> {
  const [account] = await db.query<Account>(SELECT, [id])
  return account
}

/** Until the transaction ends, nobody else changes the account. */
export async function lockAccount(tx: Transaction, id: string): Promise<Account | undefined> {
  const [account] = await tx.query<Account>(LOCK, [id])
  return account
}

const LOCK = /* sql */ `
-- lock account: $1 id
SELECT ${COLUMNS}
FROM linehaul.user_account
WHERE id = $1::uuid
FOR NO KEY UPDATE`

const SELECT = /* sql */ `
-- select account: $1 id
SELECT ${COLUMNS}
FROM linehaul.user_account
WHERE id = $1::uuid`
