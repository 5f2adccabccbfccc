/**
 * SQL: whether lanes between the same places for one customer claim shipments in common, so that one covers the other.
 * Criteria clash when they are equal or either is null (any).
 */
export const claimsInCommon = (lane: string, service: string, equipment: string): string => `
  (${lane}.service IS NULL OR ${service} IS NULL OR ${lane}.service = ${service})
  AND (${lane}.equipment IS NULL OR ${equipment} IS NULL OR ${lane}.equipment = ${equipment})`
