export { systemClock, type Cancel, type Clock } from './clock.js'
export { InvalidCronError, isTimeZone, nextCron, previousCron } from './cron.js'
export { InvalidDurationError, isDuration, toMs, type Duration } from './duration.js'
