import { AccessError } from '../access-error.js'

export class UserNotFoundError extends AccessError {
  constructor(id: string) {
    super('ACCESS_USER_NOT_FOUND', `This tenant has no user ${id}. GET /api/v1/users lists those it has.`)
  }
}

export class UserExistsError extends AccessError {
  constructor(email: string) {
    super(
      'ACCESS_USER_EXISTS',
      `There is an account for ${email} already. If it is not of this tenant yet, an owner of the instance can add it, with a new one-time password.`,
    )
  }
}

export class UserSharedError extends AccessError {
  constructor(email: string) {
    super(
      'ACCESS_USER_SHARED',
      `The account of ${email} is used in other tenants too: an owner of the instance has to change it. Its role here, and whether it belongs here, you can change.`,
    )
  }
}

export class OwnersOnlyError extends AccessError {
  constructor(what: string) {
    super('ACCESS_OWNERS_ONLY', `Only owners of the instance ${what}. Ask one of them.`)
  }
}

export class OwnUnitError extends AccessError {
  constructor() {
    super('ACCESS_OWN_UNIT', 'Nobody changes their own business unit. Ask another admin of the tenant.')
  }
}

export class LastAdminError extends AccessError {
  constructor(tenantId: string) {
    super(
      'ACCESS_LAST_ADMIN',
      `Nobody else who can sign in is an admin of the tenant "${tenantId}". Make another user admin first.`,
    )
  }
}

export class LastOwnerError extends AccessError {
  constructor() {
    super(
      'ACCESS_LAST_OWNER',
      'Nobody else who can sign in is an owner of this instance. Make another user owner first.',
    )
  }
}

export class StillOwnerError extends AccessError {
  constructor(email: string) {
    super(
      'ACCESS_STILL_OWNER',
      `${email} is an owner of the instance and belongs to no other tenant. Change isOwner to false first.`,
    )
  }
}

export class WeakPasswordError extends AccessError {
  constructor(why: string) {
    super('ACCESS_WEAK_PASSWORD', `The password ${why}. Choose a long one that you use nowhere else.`)
  }
}
