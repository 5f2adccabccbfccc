/** What an analysis did to suggestions. */
export interface Changes {
  created: number
  refreshed: number
  expired: number
}

export interface Counts extends Changes {
  /** Lanes looked at. */
  analyzed: number
  /** Lanes whose confidence is high enough and that no dedicated lane covers. */
  qualified: number
}

export const NOTHING_DONE: Counts = { analyzed: 0, qualified: 0, created: 0, refreshed: 0, expired: 0 }

export function addUp(a: Counts, b: Counts): Counts {
  return {
    analyzed: a.analyzed + b.analyzed,
    qualified: a.qualified + b.qualified,
    created: a.created + b.created,
    refreshed: a.refreshed + b.refreshed,
    expired: a.expired + b.expired,
  }
}
