import type { Logger } from 'pino'

import type { Watch } from './api/index.js'
import type { Config } from './config.js'
import type { Database } from './database/index.js'
import { logErrors } from './log.js'
import type { Engine, EngineOptions } from './queue/index.js'
import {
  countAnswers,
  exportTraces,
  gaugeSockets,
  logAttempts,
  processMetrics,
  prometheus,
  traceRequests,
  tracing,
  type Exporting,
} from './telemetry/index.js'
import { version } from './version.js'

/** What a scrape and a collector of traces are told of this process. */
export interface Watching {
  /** What the engine takes to be watched. */
  readonly settings: Pick<EngineOptions<never>, 'carry' | 'middleware'>
  /** How requests are watched, and what a scrape is answered with. */
  on(engine: Pick<Engine<never>, 'signals'>, database: Database): Watch
  /** Sends the spans that are left. */
  close(): Promise<void>
}

/** Begins to watch, before there is an engine: what is enqueued at the start is in a trace as well. */
export async function watchProcess(config: Config, logger: Logger): Promise<Watching> {
  const { endpoint, ...rest } = config.traces
  const onError = (error: unknown) => logErrors(logger)(error, 'send traces')
  const exporting =
    endpoint === undefined
      ? undefined
      : await exportTraces({ ...rest, endpoint, version: version(), onError })
  return {
    settings: settingsFor(exporting),
    on: (engine, database) => ({
      ...measure(engine, database),
      metricsToken: config.metricsToken,
      tracing: exporting && traceRequests(exporting.tracer),
    }),
    close: async () => exporting?.end(),
  }
}

function settingsFor(exporting: Exporting | undefined): Watching['settings'] {
  if (!exporting) return { middleware: [logAttempts] }
  const { carry, middleware } = tracing(exporting)
  return { carry, middleware: [logAttempts, middleware] }
}

function measure(
  engine: Pick<Engine<never>, 'signals'>,
  database: Database,
): Pick<Watch, 'answered' | 'sockets' | 'metrics'> {
  const registry = prometheus({ engine, database })
  const answered = countAnswers(registry)
  const all = [registry, processMetrics()]
  const metrics = async () => (await Promise.all(all.map((one) => one.metrics()))).join('\n')
  const sockets = (count: () => number) => gaugeSockets(registry, count)
  return { answered, sockets, metrics: { metrics, contentType: registry.contentType } }
}
