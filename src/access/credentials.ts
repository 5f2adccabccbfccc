import { timingSafeEqual } from 'node:crypto'

import type { Database } from '../database/index.js'
import { findApiKey } from './api-key.js'
import type { Caller } from './caller.js'

/** Tells who presents a secret. */
export class Credentials {
  /** @param localSecret what commands of this machine's own user present */
  constructor(
    private readonly database: Database,
    private readonly localSecret: string,
  ) {}

  async find(secret: string): Promise<Caller | undefined> {
    if (isSame(secret, this.localSecret)) return LOCAL
    const key = await findApiKey(this.database, secret)
    if (!key) return undefined
    const role = key.tenantId === 'default' ? 'owner' : 'admin'
    return {
      tenantId: key.tenantId,
      actor: `api-key:${key.id}`,
      role,
      scopes: null,
      businessUnitId: null,
    }
  }
}

const LOCAL: Caller = {
  tenantId: 'default',
  actor: 'cli:local',
  role: 'owner',
  scopes: null,
  businessUnitId: null,
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
