import type { StoredRule } from './stored-rule.js'

type Ranked = Pick<StoredRule, 'tenantId' | 'effectiveFrom' | 'seq'>

/** Orders rules of one name that hold at the same instant: the first one wins. */
export function byPrecedence(a: Ranked, b: Ranked): number {
  return (
    Number(a.tenantId === null) - Number(b.tenantId === null) ||
    b.effectiveFrom.getTime() - a.effectiveFrom.getTime() ||
    Number(b.seq) - Number(a.seq)
  )
}

/** Why `winner` comes before `loser`; a whole sentence. */
export function whyBefore(winner: Ranked, loser: Ranked): string {
  if (winner.tenantId !== null && loser.tenantId === null)
    return "The tenant's own rule comes before one for all tenants."
  if (winner.effectiveFrom > loser.effectiveFrom)
    return `The other begins later, at ${winner.effectiveFrom.toISOString()}.`
  return 'Both begin at the same instant, and the other was made later.'
}
