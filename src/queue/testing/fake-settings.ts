import type { Settings, SettingsInForce } from '../settings.js'

/** What is set by hand: at once, and for all tenants unless one is named. */
export class FakeSettings implements Settings {
  readonly #values = new Map<string, unknown>()
  readonly #listeners = new Set<() => void>()

  set(values: Readonly<Record<string, unknown>>, tenantId: string | null = null): void {
    for (const [name, value] of Object.entries(values)) this.#values.set(keyOf(tenantId, name), value)
    for (const listener of this.#listeners) listener()
  }

  /** From now on all is at its default. */
  clear(): void {
    this.#values.clear()
    for (const listener of this.#listeners) listener()
  }

  /** How many hear of changes. */
  get listeners(): number {
    return this.#listeners.size
  }

  inForce(tenantId: string | null): SettingsInForce {
    const values = new Map(this.#values) // no later change touches what is in force for an attempt
    return {
      get: (setting) => {
        const keys = [keyOf(tenantId, setting.name), keyOf(null, setting.name)]
        const key = keys.find((one) => values.has(one))
        return key === undefined ? setting.default : (values.get(key) as typeof setting.default)
      },
    }
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

function keyOf(tenantId: string | null, name: string): string {
  return JSON.stringify([tenantId, name])
}
