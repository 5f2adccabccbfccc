import { newId, type Database, type Executor } from '../../database/index.js'
import { can, LEAST_ROLE, type Action, type Role } from '../can.js'
import type { Caller } from '../caller.js'
import { asTaker, excessOf, GivesTooMuchError, type Giver, type Rights } from '../give.js'
import { hashOf, newSecret } from '../api-secret.js'
import { announceAccess } from '../store/announce.js'
import { insertKey, selectKey, selectKeys, updateHash, updateRevoked } from '../store/api-keys.js'
import type { ApiKey } from './api-key.js'
import { InvalidKeyError, KeyNameTakenError, KeyNotFoundError, KeyRevokedError } from './errors.js'

export interface NewApiKey {
  readonly name: string
  readonly role: Role
  /** `null`: all that the role may. */
  readonly scopes: readonly Action[] | null
  /** `null`: it does not expire. */
  readonly expiresAt: Date | null
}

/** Which keys are meant, and which part of them. */
export interface KeyFilter {
  readonly createdBy?: string | undefined
  readonly limit: number
  readonly after?: string | undefined
}

/** A key, with the secret that is shown this once. */
export interface IssuedKey {
  readonly key: ApiKey
  readonly secret: string
}

/** The API keys of tenants. Nobody makes, renews or ends one that allows more than their own credential does. */
export class ApiKeys {
  /** @param forget has this process forget at once what it remembers of credentials */
  constructor(
    private readonly database: Database,
    private readonly forget: () => void,
  ) {}

  /**
   * Makes a key of the caller's own tenant and business unit.
   * @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH
   * @throws {ApiKeyError} ACCESS_KEY_NAME_TAKEN, ACCESS_KEY_INVALID
   */
  async create(caller: Caller, wanted: NewApiKey, now: Date = new Date()): Promise<IssuedKey> {
    refuseUseless(wanted, now)
    refuseExcess(caller, wanted)
    const { tenantId, businessUnitId, actor: createdBy } = caller
    const secret = newSecret()
    const row = { ...wanted, id: newId(), tenantId, businessUnitId, createdBy, hash: hashOf(secret) }
    const key = await this.#change((tx) => insertKey(tx, row))
    if (!key) throw new KeyNameTakenError(wanted.name)
    return { key, secret }
  }

  /** The revoked ones too, newest first. */
  list(tenantId: string, part: KeyFilter): Promise<readonly ApiKey[]> {
    return selectKeys(this.database, tenantId, part)
  }

  /** @throws {KeyNotFoundError} ACCESS_KEY_NOT_FOUND */
  async get(tenantId: string, id: string): Promise<ApiKey> {
    const key = await selectKey(this.database, tenantId, id)
    if (!key) throw new KeyNotFoundError(id)
    return key
  }

  /**
   * Ends a key for good; one that is revoked already stays as it is.
   * @throws {KeyNotFoundError} ACCESS_KEY_NOT_FOUND
   * @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH
   */
  async revoke(caller: Caller, id: string): Promise<{ before: ApiKey; after: ApiKey }> {
    const before = await this.get(caller.tenantId, id)
    refuseExcess(asTaker(caller), before)
    const after = await this.#change((tx) => updateRevoked(tx, caller.tenantId, id))
    return { before, after: after ?? before }
  }

  /**
   * Gives a key a new secret; the old one stops working at once.
   * @throws {ApiKeyError} ACCESS_KEY_NOT_FOUND, ACCESS_KEY_REVOKED
   * @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH
   */
  async rotate(caller: Caller, id: string): Promise<IssuedKey> {
    const { name, ...rights } = await this.get(caller.tenantId, id)
    refuseExcess(caller, rights)
    const secret = newSecret()
    const key = await this.#change((tx) => updateHash(tx, caller.tenantId, id, hashOf(secret)))
    if (!key) throw new KeyRevokedError(name)
    return { key, secret }
  }

  #change<Result>(work: (tx: Executor) => Promise<Result>): Promise<Result> {
    return this.database.transaction(async (tx) => {
      await announceAccess(tx, this.forget)
      return work(tx)
    })
  }
}

function refuseUseless({ role, scopes, expiresAt }: NewApiKey, now: Date): void {
  const never = scopes?.find((scope) => !can(role, scope))
  if (never !== undefined)
    throw new InvalidKeyError('scopes', `has ${never}, which takes the role ${LEAST_ROLE[never]} at least`)
  if (scopes?.length === 0) throw new InvalidKeyError('scopes', 'is empty; leave it out for all of the role')
  if (expiresAt !== null && expiresAt <= now) throw new InvalidKeyError('expiresAt', 'is over already')
}

function refuseExcess(giver: Giver, wanted: Rights): void {
  const excess = excessOf(giver, wanted)
  if (excess !== undefined) throw new GivesTooMuchError(excess)
}
