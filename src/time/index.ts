export { systemClock, type Cancel, type Clock } from './clock.js'
export { nextCron, previousCron, refuseInvalidCron } from './cron.js'
export { isDuration, toMs, type Duration } from './duration.js'
export { isTimeZone } from './zone.js'
