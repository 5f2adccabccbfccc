import type { Transaction } from '../../database/index.js'
import { deleteAttempts } from '../store/attempts.js'
import { deleteSessionsOf } from '../store/sessions.js'
import { updatePassword } from '../store/users.js'

/** What is kept of a password, and until when it can be used if nobody has chosen it. */
export interface KeptPassword {
  readonly hash: string
  readonly oneTimeUntil: Date | null
}

/** Whoever knew the password before is out everywhere; whoever knows this one may try it at once. */
export async function replacePassword(
  tx: Transaction,
  { id, email }: { readonly id: string; readonly email: string },
  password: KeptPassword,
): Promise<void> {
  await updatePassword(tx, id, password)
  await deleteSessionsOf(tx, { userId: id })
  await deleteAttempts(tx, email)
}
