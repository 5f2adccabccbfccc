import type { Transaction } from '../../database/index.js'
import type { Caller } from '../caller.js'
import { deleteSessionsOf } from '../store/sessions.js'
import {
  deleteMembership,
  findTenantOfOnlyAdmin,
  isOnlyOwner,
  lockMembers,
  updateMembership,
} from '../store/memberships.js'
import { deleteAccount, selectMember, updateAccount, type Member } from '../store/users.js'
import { LastAdminError, LastOwnerError, StillOwnerError, UserNotFoundError } from './errors.js'
import { refuseChanges, refuseChanging } from './rules.js'
import type { UserChanges } from './user.js'

/** @throws {UserNotFoundError} ACCESS_USER_NOT_FOUND */
export async function getMember(tx: Transaction, tenantId: string, id: string): Promise<Member> {
  const member = await selectMember(tx, tenantId, id)
  if (!member) throw new UserNotFoundError(id)
  return member
}

/** Changes a member within `tx`; see `Users.change`. @returns the member before */
export async function changeMember(
  tx: Transaction,
  caller: Caller,
  id: string,
  { changes, now }: { changes: UserChanges; now: Date },
): Promise<Member> {
  await lockMembers(tx)
  const member = await getMember(tx, caller.tenantId, id)
  refuseChanges(caller, member, changes)
  await refuseLast(tx, member, { changes, now, tenantId: caller.tenantId })
  await updateMembership(tx, id, {
    tenantId: caller.tenantId,
    role: changes.role ?? member.role,
    businessUnitId: changes.businessUnitId === undefined ? member.businessUnitId : changes.businessUnitId,
  })
  await updateAccount(tx, id, {
    name: changes.name ?? null,
    isOwner: changes.isOwner ?? null,
    disabledAt: disabledAt(member, changes, now),
  })
  if (changes.isDisabled) await deleteSessionsOf(tx, { userId: id })
  return member
}

function disabledAt({ disabledAt }: Member, { isDisabled }: UserChanges, now: Date): Date | null {
  if (isDisabled === undefined) return disabledAt
  return isDisabled ? (disabledAt ?? now) : null
}

/** Takes a member out of the tenant within `tx`; see `Users.remove`. @returns the member before */
export async function removeMember(tx: Transaction, caller: Caller, id: string, now: Date): Promise<Member> {
  await lockMembers(tx)
  const member = await getMember(tx, caller.tenantId, id)
  refuseChanging(caller, member)
  await refuseLast(tx, member, { changes: { role: 'viewer' }, now, tenantId: caller.tenantId })
  if (member.tenants === 1 && member.isOwner) throw new StillOwnerError(member.email)
  await deleteSessionsOf(tx, { userId: id, tenantId: caller.tenantId })
  await deleteMembership(tx, caller.tenantId, id)
  if (member.tenants === 1) await deleteAccount(tx, id)
  return member
}

async function refuseLast(
  tx: Transaction,
  member: Member,
  { changes, now, tenantId }: { changes: UserChanges; now: Date; tenantId: string },
): Promise<void> {
  const losesOwner = member.isOwner && (changes.isOwner === false || changes.isDisabled === true)
  if (losesOwner && (await isOnlyOwner(tx, member.id, now))) throw new LastOwnerError()
  const losesAdmin = changes.isDisabled === true || (changes.role ?? 'admin') !== 'admin'
  if (!losesAdmin) return
  // Whoever is disabled is so in every tenant; a role is of one, and of the others its admins are told nothing.
  const within = { tenantId: changes.isDisabled ? null : tenantId, now }
  const only = await findTenantOfOnlyAdmin(tx, member.id, within)
  if (only !== undefined) throw new LastAdminError(only)
}
