import { isAtLeast, TENANT_ROLES } from '../../access/index.js'
import type { Executor } from '../../database/index.js'
import type { Target } from '../notice.js'
import { findRecipient, selectMembers, selectOwners, type Recipient } from '../store/recipients.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface Search {
  readonly tenantId: string
  readonly target: Target
  /** Most of them at a time. */
  readonly limit: number
}

/** Whom a notice is for, part by part, in order of their ids. `null` instead of the parts: no such user is in the tenant, nor anybody else named. */
export async function* recipientsOf(
  db: Executor,
  { tenantId, target, limit }: Search,
): AsyncGenerator<readonly Recipient[] | null> {
  if (target.kind === 'user') {
    const found = await one(db, tenantId, target.userId)
    if (found?.length || target.orElse === undefined) yield found
    else if (target.orElse) yield* recipientsOf(db, { tenantId, target: target.orElse, limit })
    return
  }
  const roles = TENANT_ROLES.filter((role) => target.kind === 'tenant' || isAtLeast(role, target.role))
  let after: string | null = null
  for (;;) {
    const part: Recipient[] =
      roles.length === 0
        ? await selectOwners(db, { tenantId, after, limit })
        : await selectMembers(db, { tenantId, roles, after, limit })
    yield part
    after = part.at(-1)?.userId ?? null
    if (part.length < limit) return
  }
}

/** An account that is disabled is nobody to tell, and no mistake; somebody else may be told instead. */
async function one(db: Executor, tenantId: string, userId: string): Promise<readonly Recipient[] | null> {
  const found = UUID.test(userId) ? await findRecipient(db, tenantId, userId) : undefined
  if (!found) return null
  return found.isDisabled ? [] : [found]
}
