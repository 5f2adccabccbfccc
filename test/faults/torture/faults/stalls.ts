import type { Child } from '../child.js'
import type { Evidence } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'

/** Long beyond the lease: who is rescued by it is told from who only woke. */
const LONG_MS = 24_000
