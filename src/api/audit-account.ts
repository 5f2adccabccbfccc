import type { AuditEntry, Caller, User } from '../access/index.js'
import { changeOf } from './audited.js'
import type { Audit } from './change.js'
import type { Services } from './services.js'

type What = Pick<AuditEntry, 'action' | 'object' | 'before' | 'after'>

interface Doing {
  readonly inside: Services
  readonly audit: Audit
  readonly caller: Caller
}

/** An account is of the whole instance: what is done to it is also in the trails of its tenants other than the caller's. */
export async function auditElsewhere(
  { inside, audit, caller }: Doing,
  userId: string,
  what: What,
): Promise<void> {
  const tenants = await inside.people.users.listTenants(userId)
  for (const tenantId of tenants) if (tenantId !== caller.tenantId) await audit(what, tenantId)
}

/** Of a change of a user, what is of the account and not of the membership; `undefined` for nothing. */
export function accountChangeOf(before: User, after: User): What | undefined {
  const what = changeOf('user', 'update', accountOf(before), accountOf(after))
  return Object.keys(what.after as object).length > 0 ? what : undefined
}

function accountOf({
  role: _role,
  businessUnitId: _unit,
  ...account
}: User): Omit<User, 'role' | 'businessUnitId'> {
  return account
}
