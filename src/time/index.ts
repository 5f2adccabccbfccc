export { systemClock, type Cancel, type Clock } from './clock.js'
export { isTimeZone, nextCron, previousCron } from './cron.js'
export { isDuration, toMs, type Duration } from './duration.js'
