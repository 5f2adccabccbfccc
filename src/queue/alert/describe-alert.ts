import type { Alert, AlertKind } from '../store/alert.js'

const SENTENCES: Readonly<Record<AlertKind, (value: number) => string>> = {
  'failure-rate': (value) => `${value} % of the attempts fail`,
  'oldest-waiting': (value) => `a job has waited for ${value} minutes`,
  'dead-growth': (value) => `${value} jobs died within an hour`,
  'late-schedule': (value) => `a schedule has been due for ${value} minutes`,
  'no-worker': (value) => `no worker serves it, and a job has waited for ${value} minutes`,
}

const UNITS: Readonly<Record<AlertKind, string>> = {
  'failure-rate': ' %',
  'oldest-waiting': ' minutes',
  'dead-growth': ' jobs',
  'late-schedule': ' minutes',
  'no-worker': ' minutes',
}

/** For people: what was found when it was raised, and from which value on it is. */
export function describeAlert({ queue, kind, value, threshold }: Omit<Alert, 'id' | 'tenantId'>): string {
  return `Queue ${queue}: ${SENTENCES[kind](value)}; told from ${threshold}${UNITS[kind]} on.`
}
