import type { Alert, AlertKind } from '../store/alert.js'

const SENTENCES: Readonly<Record<AlertKind, (value: number) => string>> = {
  'failure-rate': (value) => `${value} % of the attempts fail`,
  'oldest-waiting': (value) => `a job has waited for ${counted(value, 'minute')}`,
  'dead-growth': (value) => `${counted(value, 'job')} died within an hour`,
  'late-schedule': (value) => `a schedule has been due for ${counted(value, 'minute')}`,
  'no-worker': (value) => `no worker serves it, and a job has waited for ${counted(value, 'minute')}`,
}

const THRESHOLDS: Readonly<Record<AlertKind, (threshold: number) => string>> = {
  'failure-rate': (threshold) => `${threshold} %`,
  'oldest-waiting': (threshold) => counted(threshold, 'minute'),
  'dead-growth': (threshold) => counted(threshold, 'job'),
  'late-schedule': (threshold) => counted(threshold, 'minute'),
  'no-worker': (threshold) => counted(threshold, 'minute'),
}

/** For people: what was found when it was raised, and from which value on it is. */
export function describeAlert({ queue, kind, value, threshold }: Omit<Alert, 'id' | 'tenantId'>): string {
  return `Queue ${queue}: ${SENTENCES[kind](value)}; told from ${THRESHOLDS[kind](threshold)} on.`
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
