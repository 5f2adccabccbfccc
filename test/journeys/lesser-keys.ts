import { LEAST_ROLE, makeApiKey, ROLES, type Action, type Role } from '../../src/access/index.js'
import type { Running } from './running-app.js'

/** The least role that has a permission, as the OpenAPI document names it. */
export function leastRoleFor(permission: string): Role {
  return permission in LEAST_ROLE ? LEAST_ROLE[permission as Action] : 'viewer'
}

/** Keys of the tenant `default`, one for each role, made when they are first asked for. */
export class LesserKeys {
  readonly #made = new Map<Role, Promise<string | undefined>>()

  constructor(private readonly running: Running) {}

  /** The key of the role next below; `undefined` where there is none. */
  below(role: Role): Promise<string | undefined> | undefined {
    const lesser = ROLES[ROLES.indexOf(role) - 1]
    if (!lesser) return undefined
    const { database } = this.running.app
    const key =
      this.#made.get(lesser) ??
      makeApiKey(database, { tenantId: 'default', name: `docs ${lesser}`, role: lesser })
    this.#made.set(lesser, key)
    return key
  }
}
