/** Whose commands act where nobody gives them a key. */
const WITHOUT_A_KEY = 'default'

/** Advice to use commands on what is of one tenant: they see, and change, that of their key alone. */
export function adviseFor(tenantId: string, advice: string): string {
  if (tenantId === WITHOUT_A_KEY) return advice
  return `${advice} The commands need a key of the tenant ${tenantId} for that: add --key.`
}
