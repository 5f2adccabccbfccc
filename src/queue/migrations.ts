import type { MigrationSet } from '../database/index.js'
import { job } from './migrations/001-job.js'
import { engine } from './migrations/002-engine.js'
import { schedule } from './migrations/003-schedule.js'
import { presence } from './migrations/004-presence.js'
import { flow } from './migrations/005-flow.js'
import { limit } from './migrations/006-limit.js'
import { log } from './migrations/007-log.js'
import { operations } from './migrations/008-operations.js'
import { ownRetry } from './migrations/009-own-retry.js'
import { names } from './migrations/010-names.js'
import { attempts } from './migrations/011-attempts.js'
import { narrowIndex } from './migrations/012-narrow-index.js'
import { scheduler } from './migrations/013-scheduler.js'
import { queueMinute } from './migrations/014-queue-minute.js'
import { alert } from './migrations/015-alert.js'
import { heldLines } from './migrations/016-held-lines.js'

/** The engine's own tables. An engine that is started checks that they are there. */
export const queueMigrations: MigrationSet = {
  part: 'queue',
  migrations: [
    job,
    engine,
    schedule,
    presence,
    flow,
    limit,
    log,
    operations,
    ownRetry,
    names,
    attempts,
    narrowIndex,
    scheduler,
    queueMinute,
    alert,
    heldLines,
  ],
}
