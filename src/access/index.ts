import type { MigrationSet } from '../database/index.js'
import { tenant } from './migrations/001-tenant.js'
import { apiKey } from './migrations/002-api-key.js'

export { findApiKey, makeApiKey, setApiKey } from './api-key.js'
export { getTenant, listTenants, updateTenant } from './tenant.js'

export const accessMigrations: MigrationSet = { part: 'access', migrations: [tenant, apiKey] }
