export type { EnqueuedJob, Matcher } from './enqueued.js'
export { FakeClock } from '../time/testing/fake-clock.js'
export { runJob, type JobRun, type RunJobOptions } from './run-job.js'
export { createTestEngine, type TestEngine, type TestEngineOptions } from './test-engine.js'
