import type { AnalysisResult } from './analyze-patterns.js'

/** What an analysis did, for people. */
export function analysisInWords({ enabled, analyzed, created, refreshed, expired }: AnalysisResult): string {
  if (!enabled) return 'nothing was analysed, for the analysis is switched off'
  const suggestions = `${count(created, 'new suggestion')}, ${refreshed} brought up to date, ${expired} expired`
  return `${count(analyzed, 'lane')} looked at, ${suggestions}`
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}
