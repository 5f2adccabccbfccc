/** A rule as the API tells it. */
export interface ToldRule {
  readonly id: string
  readonly rule_name: string
  readonly rule_value: unknown
  readonly effective_from: string
  readonly effective_until: string | null
  readonly status: string
  readonly phase: string
  readonly activated_at: string | null
  readonly scope: 'tenant' | 'instance'
  readonly author: string
}

/** What holds at one instant. */
export interface ToldSetting {
  readonly rule_name: string
  readonly rule_value: unknown
  readonly source: string
  readonly rule: ToldRule | null
  readonly why: string
  readonly beaten: readonly {
    readonly rule_value: unknown
    readonly rule_id: string | null
    readonly why: string
  }[]
}

/** Another rule takes over. */
export interface ToldChange {
  readonly at: string
  readonly rule_name: string
  readonly before: ToldSetting
  readonly after: ToldSetting
}

/** As JSON, so that a text is told from what reads like it. */
export function valueOf({ rule_value: value }: { readonly rule_value: unknown }): string {
  return JSON.stringify(value)
}
