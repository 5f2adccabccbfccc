import {
  isForeignKeyViolation,
  isUniqueViolation,
  newId,
  type Database,
  type Executor,
  type Transaction,
} from '../../database/index.js'
import type { Caller } from '../caller.js'
import { asTaker } from '../give.js'
import { announceAccess } from '../store/announce.js'
import {
  deleteProvider,
  insertProvider,
  lockProvider,
  selectProvider,
  selectProviders,
  updateProvider,
} from '../store/providers.js'
import { refuseExcess, refuseNoUrl, refuseTrusting, refuseUseless } from './check-provider.js'
import {
  InvalidProviderError,
  ProviderAmbiguousError,
  ProviderNameTakenError,
  ProviderNotFoundError,
} from './errors.js'
import type { Provider, ProviderSettings } from './provider.js'
import { readKeys, type Fetch } from './read-keys.js'

export interface ProviderPorts {
  readonly database: Database
  /** Has this process forget at once what it remembers of credentials. */
  forget(): void
  readonly fetch: Fetch
}

/** The outside issuers of tenants. Nobody decides about one that lets people in with more than their own credential has. */
export class Providers {
  constructor(private readonly ports: ProviderPorts) {}

  /**
   * Looks whether there are keys at an address. To be done before, and outside of, the transaction that makes or changes a
   * provider, for it may take seconds. What the port's `fetch` rejects with is passed on.
   * @throws {InvalidProviderError} ACCESS_PROVIDER_INVALID
   */
  async checkKeys(jwksUrl: string): Promise<void> {
    refuseNoUrl('jwksUrl', jwksUrl)
    await readKeys(this.ports.fetch, jwksUrl)
  }

  /**
   * For owners of the instance only: a token of one issuer could be of several tenants, and which one is theirs to say.
   * @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY
   * @throws {ProviderError} ACCESS_PROVIDER_INVALID, ACCESS_PROVIDER_NAME_TAKEN, ACCESS_PROVIDER_AMBIGUOUS
   * @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH
   */
  async create(caller: Caller, settings: ProviderSettings): Promise<Provider> {
    check(caller, settings)
    refuseTrusting(caller)
    const { tenantId, actor: createdBy } = caller
    return this.#change(settings, (tx) =>
      insertProvider(tx, { ...settings, id: newId(), tenantId, createdBy }),
    )
  }

  /** Newest first. */
  list(tenantId: string, page: { limit: number; after?: string | undefined }): Promise<readonly Provider[]> {
    return selectProviders(this.ports.database, tenantId, page)
  }

  /** @throws {ProviderNotFoundError} ACCESS_PROVIDER_NOT_FOUND */
  async get(tenantId: string, id: string): Promise<Provider> {
    return found(id, await selectProvider(this.ports.database, tenantId, id))
  }

  /**
   * Changes what `changes` holds and leaves the rest; issuer, audience and address of the keys for owners only.
   * @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY
   * @throws {ProviderError} ACCESS_PROVIDER_NOT_FOUND, and those of {@link create}
   * @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH
   */
  async update(
    caller: Caller,
    id: string,
    changes: Partial<ProviderSettings>,
  ): Promise<{ before: Provider; after: Provider }> {
    const before = await this.#lock(caller, id)
    const wanted = { ...before, ...changes }
    check(caller, wanted)
    if (isAnotherIssuer(before, wanted)) refuseTrusting(caller)
    const after = await this.#change(wanted, (tx) => updateProvider(tx, wanted))
    return { before, after: found(id, after) }
  }

  /**
   * Its tokens are worth nothing any more.
   * @throws {ProviderNotFoundError} ACCESS_PROVIDER_NOT_FOUND
   * @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH
   */
  async remove(caller: Caller, id: string): Promise<Provider> {
    const provider = await this.#lock(asTaker(caller), id)
    await this.#change(provider, (tx) => deleteProvider(tx, caller.tenantId, id))
    return provider
  }

  async #lock(caller: Caller, id: string): Promise<Provider> {
    const provider = found(id, await lockProvider(this.ports.database, caller.tenantId, id))
    refuseExcess(caller, provider)
    return provider
  }

  async #change<Result>(
    { name, issuer, audience }: ProviderSettings,
    work: (tx: Executor) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.ports.database.transaction(async (tx: Transaction) => {
        await announceAccess(tx, this.ports.forget)
        return work(tx)
      })
    } catch (error) {
      if (isUniqueViolation(error, 'identity_provider_name')) throw new ProviderNameTakenError(name)
      if (isUniqueViolation(error, 'identity_provider_token'))
        throw new ProviderAmbiguousError(issuer, audience)
      if (isForeignKeyViolation(error, 'identity_provider_unit'))
        throw new InvalidProviderError('businessUnitId', 'is no business unit of this tenant')
      throw error
    }
  }
}

function check(caller: Caller, settings: ProviderSettings): void {
  refuseUseless(settings)
  refuseExcess(caller, settings)
}

function isAnotherIssuer(before: ProviderSettings, after: ProviderSettings): boolean {
  return (['issuer', 'audience', 'jwksUrl'] as const).some((field) => before[field] !== after[field])
}

function found(id: string, provider: Provider | undefined): Provider {
  if (!provider) throw new ProviderNotFoundError(id)
  return provider
}
