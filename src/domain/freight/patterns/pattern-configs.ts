import type { Database } from '../../../database/index.js'
import { ConfigChangedError } from '../errors.js'
import { DEFAULT_CONFIG, type PatternConfig, type PatternSettings } from './config.js'
import { saveConfig, selectConfig } from './store/config.js'

/** Keeps each tenant's pattern configuration. */
export class PatternConfigs {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The defaults, at version 0, until the tenant changes them. */
  async get(tenantId: string): Promise<PatternConfig> {
    return (await selectConfig(this.#database, tenantId)) ?? DEFAULT_CONFIG
  }

  /**
   * Replaces all settings, if nobody has since `version` was read.
   * @throws {ConfigChangedError} FREIGHT_CONFIG_CHANGED
   */
  async put(tenantId: string, settings: PatternSettings, version: number): Promise<PatternConfig> {
    const saved = await saveConfig(this.#database, tenantId, settings, version)
    if (saved) return saved
    throw new ConfigChangedError(version, (await this.get(tenantId)).version)
  }
}
