import { freightJobs } from './domain/freight/index.js'
import { notificationJobs } from './notifications/index.js'

/** Every job of this program. */
export const ALL_JOBS = [...freightJobs, ...notificationJobs]

/** Shares of a worker's claims while all queues have work: 60, 20, 10 and 10 %. */
export const QUEUES = {
  critical: { weight: 6 },
  pattern: { weight: 2 },
  compliance: { weight: 1 },
  default: { weight: 1 },
}
