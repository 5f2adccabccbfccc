import type { MigrationSet } from '../database/index.js'
import type { Duration } from '../time/index.js'
import { tenant } from './migrations/001-tenant.js'
import { apiKey } from './migrations/002-api-key.js'
import { apiKeyRights } from './migrations/006-api-key-rights.js'
import { identityProvider } from './migrations/007-identity-provider.js'
import { businessUnit } from './migrations/003-business-unit.js'
import { user } from './migrations/004-user.js'
import { session } from './migrations/005-session.js'
import { auditEntry } from './migrations/008-audit-entry.js'
import { keptAnswer } from './migrations/009-kept-answer.js'
import { secret } from './migrations/010-secret.js'
import { apiKeyGivenHash } from './migrations/011-api-key-given-hash.js'
import { auditVia } from './migrations/012-audit-via.js'
import { signingSecretKey } from './migrations/013-signing-secret-key.js'

export { listAudit, recordAudit, type AuditEntry, type RecordedEntry } from './audit.js'
export {
  createBusinessUnit,
  listBusinessUnits,
  lockBusinessUnit,
  removeBusinessUnit,
  renameBusinessUnit,
  type BusinessUnit,
} from './business-unit/business-units.js'
export { may, userIdOf, type Caller, type CallerSession } from './caller.js'
export { ACTIONS, can, isAtLeast, LEAST_ROLE, ROLES, type Action, type Role } from './can.js'
export { openAccess, type Access } from './create-access.js'
export type { Credentials } from './credentials.js'
export { makeApiKey, setApiKey, type ApiKey } from './key/api-key.js'
export type { IssuedKey } from './key/api-keys.js'
export { findAnswer, keepAnswer, type AnswerKey } from './kept-answer.js'
export { SecretUnreadableError } from './secret/errors.js'
export { createKeyring, type Keyring } from './secret/keyring.js'
export { countSecretsByKey, reencrypt, type SecretsUnder } from './secret/reencrypt.js'
export { addressSubject } from './session/lock-out.js'
export { Secret } from './secret/secret.js'
export { Secrets, type StoredSecret } from './secret/secrets.js'
export { KeysUnreachableError } from './outside/errors.js'
export type { Provider } from './outside/provider.js'
export { NotSignedInError, PasswordMustChangeError, SessionNotFoundError } from './session/errors.js'
export {
  createTenant,
  getTenant,
  listTenantPage,
  listTenants,
  lockTenant,
  TENANT_ID,
  updateTenant,
  type Tenant,
} from './tenant.js'
export { PASSWORD_LENGTH, refuseToOthers } from './user/rules.js'
export { TENANT_ROLES, type User } from './user/user.js'

/**
 * How long what is over is kept; of answers for requests that are sent again the store looks at the same day.
 * @param audit default `'400d'`; what is younger than 30 days is not forgotten
 */
export function accessKeeps(audit: Duration = '400d') {
  return [
    { table: 'audit_entry', column: 'at', for: audit },
    { table: 'kept_answer', column: 'kept_at', for: '1d' },
    { table: 'session', column: 'expires_at', for: '0s' },
    { table: 'sign_in_attempt', column: 'since', for: '1d' },
  ] as const
}

export const accessMigrations: MigrationSet = {
  part: 'access',
  migrations: [
    tenant,
    apiKey,
    businessUnit,
    user,
    session,
    apiKeyRights,
    identityProvider,
    auditEntry,
    keptAnswer,
    secret,
    apiKeyGivenHash,
    auditVia,
    signingSecretKey,
  ],
}
