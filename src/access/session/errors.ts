import { AccessError } from '../access-error.js'

export class WrongPasswordError extends AccessError {
  constructor() {
    super(
      'ACCESS_WRONG_PASSWORD',
      'E-mail and password do not belong together. Try again, or ask an admin for a new password.',
    )
  }
}

export class LockedOutError extends AccessError {
  constructor(readonly retryAfterSeconds: number) {
    super(
      'ACCESS_LOCKED_OUT',
      `Too many attempts have failed. Try again in ${Math.ceil(retryAfterSeconds / 60)} min, or ask an admin for a new password.`,
    )
  }
}

export class UserDisabledError extends AccessError {
  constructor() {
    super('ACCESS_USER_DISABLED', 'This account is disabled. An admin can enable it again.')
  }
}

export class OneTimePasswordExpiredError extends AccessError {
  constructor() {
    super(
      'ACCESS_ONE_TIME_PASSWORD_EXPIRED',
      'This password could be used for a week, which is over. Ask an admin for a new one.',
    )
  }
}

export class ChooseTenantError extends AccessError {
  readonly field = 'tenantId'
  constructor(tenants: readonly string[]) {
    super(
      'ACCESS_CHOOSE_TENANT',
      `You belong to several tenants. Send one of them as tenantId: ${tenants.join(', ')}.`,
    )
  }
}

export class NoMembershipError extends AccessError {
  constructor(tenantId: string | undefined) {
    super(
      'ACCESS_NO_MEMBERSHIP',
      tenantId === undefined
        ? 'You belong to no tenant. Ask an admin to add you.'
        : `You do not belong to a tenant "${tenantId}". Leave tenantId out, or ask an admin of that tenant to add you.`,
    )
  }
}

export class SessionEndedError extends AccessError {
  constructor() {
    super('ACCESS_SESSION_ENDED', 'There is no such session any more. Sign in again.')
  }
}

export class TokenReusedError extends AccessError {
  constructor() {
    super(
      'ACCESS_TOKEN_REUSED',
      'This refresh token was used before, by you or by a thief, so the whole session was ended. Sign in again; if nothing of yours explains it, change your password.',
    )
  }
}

export class SessionNotFoundError extends AccessError {
  constructor(id: string) {
    super(
      'ACCESS_SESSION_NOT_FOUND',
      `You have no session ${id}. GET /api/v1/auth/sessions lists those you have.`,
    )
  }
}

export class NotSignedInError extends AccessError {
  constructor() {
    super(
      'ACCESS_NOT_SIGNED_IN',
      'This is for people who have signed in; your credential is of another kind.',
    )
  }
}

export class PasswordMustChangeError extends AccessError {
  constructor() {
    super(
      'ACCESS_PASSWORD_MUST_CHANGE',
      'Your password is for one sign-in only. Choose one of your own: POST /api/v1/auth/password.',
    )
  }
}
