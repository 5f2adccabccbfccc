import type { Executor } from '../../database/index.js'
import { deleteSecret, putSecret, selectSecret, selectSecrets } from '../store/secrets.js'
import { NoSecretsKeyError, SecretNotFoundError } from './errors.js'
import type { Keyring } from './keyring.js'
import { seal, unseal, type Place } from './seal.js'
import type { Secret } from './secret.js'

/** What is told of a secret: never its value. */
export interface StoredSecret {
  readonly name: string
  /** What it is for, for people. */
  readonly purpose: string
  readonly updatedAt: Date
}

/** What tenants entrust to us: tokens and keys for the systems of others, encrypted at rest. */
export class Secrets {
  constructor(
    private readonly db: Executor,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Stores a secret, or another value for the one of that name.
   * @returns it, and what it was before, both without values
   * @throws {NoSecretsKeyError} ACCESS_NO_SECRETS_KEY
   */
  async put(
    place: Place,
    { purpose, value }: { purpose: string; value: Secret },
  ): Promise<{ before: StoredSecret | undefined; after: StoredSecret }> {
    const { current } = this.keyring
    if (!current) throw new NoSecretsKeyError()
    const before = await selectSecret(this.db, place)
    const after = await putSecret(this.db, { ...place, purpose, ...seal(current, place, value) })
    return { before: before && told(before), after }
  }

  /** In order of their names. */
  list(tenantId: string, page: { limit: number; after?: string | undefined }): Promise<StoredSecret[]> {
    return selectSecrets(this.db, tenantId, page)
  }

  /** @throws {SecretNotFoundError} ACCESS_SECRET_NOT_FOUND */
  async remove(place: Place): Promise<StoredSecret> {
    const gone = await deleteSecret(this.db, place)
    if (!gone) throw new SecretNotFoundError(place.name)
    return gone
  }

  /**
   * The value, for a gateway that is about to use it.
   * @throws {SecretNotFoundError} ACCESS_SECRET_NOT_FOUND
   * @throws {SecretUnreadableError} ACCESS_SECRET_UNREADABLE
   */
  async open(tenantId: string, name: string): Promise<Secret> {
    const row = await selectSecret(this.db, { tenantId, name })
    if (!row) throw new SecretNotFoundError(name)
    return unseal(this.keyring, { tenantId, name }, row)
  }
}

function told({ name, purpose, updatedAt }: StoredSecret): StoredSecret {
  return { name, purpose, updatedAt }
}
