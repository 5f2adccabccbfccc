import type { Cancel } from '../time/index.js'

/** Something that can be set without a deployment, as whoever declared it hands it around. */
export interface Setting<Value> {
  readonly name: string
  /** What holds while nobody has set it. */
  readonly default: Value
}

/** What is in force for one tenant at one instant; no later change touches it. */
export interface SettingsInForce {
  /** At once: nothing is asked for. */
  get<Value>(setting: Setting<Value>): Value
}

/** Where an engine and its handlers find what can be set without a deployment. */
export interface Settings {
  /** Looked up at once, without a query; `null` is for what is no tenant's own. */
  inForce(tenantId: string | null): SettingsInForce
  /** Hears, from now on, that something else is in force than before: something was changed, or took force on time, or ended. */
  onChange(listener: () => void): Cancel
}

const DEFAULTS: SettingsInForce = { get: (setting) => setting.default }

/** For engines whose settings nobody changes. */
export const DEFAULTS_ONLY: Settings = {
  inForce: () => DEFAULTS,
  onChange: () => () => undefined,
}
