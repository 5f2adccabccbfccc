export const LEVELS = ['ok', 'warning', 'error'] as const
export type Level = (typeof LEVELS)[number]

export interface Finding {
  /** What was looked at. */
  readonly check: string
  readonly level: Level
  readonly what: string
  /** What to do; `null` when there is nothing to. */
  readonly advice: string | null
}

export interface Report {
  /** The worst of them. */
  readonly level: Level
  readonly findings: readonly Finding[]
}

export function fine(check: string, what: string): Finding {
  return { check, level: 'ok', what, advice: null }
}

export function warn(check: string, what: string, advice: string): Finding {
  return { check, level: 'warning', what, advice }
}

export function alarm(check: string, what: string, advice: string): Finding {
  return { check, level: 'error', what, advice }
}

export function toReport(findings: readonly Finding[]): Report {
  const worst = Math.max(0, ...findings.map(({ level }) => LEVELS.indexOf(level)))
  return { level: LEVELS[worst] ?? 'ok', findings }
}
