import type { Logger } from 'pino'

import type { Watch } from './api/index.js'
import type { Config } from './config.js'
import type { Database } from './database/index.js'
import { logErrors } from './log.js'
import { countUnsettled } from './notifications/index.js'
import type { Engine, EngineOptions } from './queue/index.js'
import {
  countAnswers,
  exportTraces,
  gaugeRows,
  gaugeSockets,
  logAttempts,
  processMetrics,
  prometheus,
  traceRequests,
  tracing,
  type Counted,
  type Exporting,
} from './telemetry/index.js'
import { systemClock, type Looking } from './time/index.js'
import { version } from './version.js'

/** Whom a scrape asks. */
export interface Watched {
  readonly engine: Pick<Engine<never>, 'signals'>
  readonly database: Database
  /** This process's own memory of the rules. */
  readonly rules: { readonly version: number }
}

/** What a scrape and a collector of traces are told of this process. */
export interface Watching {
  /** What the engine takes to be watched. */
  readonly settings: Pick<EngineOptions<never>, 'carry' | 'middleware'>
  /** How requests are watched, and what a scrape is answered with. */
  on(watched: Watched): Watch
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
    on: (watched) => ({
      ...measure(watched, { clock: systemClock, onError: logErrors(logger) }),
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
  { engine, database, rules }: Watched,
  looking: Looking,
): Pick<Watch, 'answered' | 'sockets' | 'metrics'> {
  const registry = prometheus({ engine, database, ...looking })
  const answered = countAnswers(registry)
  gaugeRows(registry, unsettledDeliveries(database.background()), looking)
  gaugeRows(registry, versionOf(rules), looking)
  const all = [registry, processMetrics()]
  const metrics = async () => (await Promise.all(all.map((one) => one.metrics()))).join('\n')
  const sockets = (count: () => number) => gaugeSockets(registry, count)
  return { answered, sockets, metrics: { metrics, contentType: registry.contentType } }
}

function versionOf(rules: Watched['rules']): Counted<never> {
  return {
    name: 'linehaul_rules_version',
    help: 'Up to which change of rules this process knows them; one that stays behind does not hear of changes.',
    labels: [],
    count: async () => [[{}, rules.version]],
  }
}

/** Deliveries looked at in a scrape: where there are more, the gauge says less than there are. */
const MOST_DELIVERIES = 10_000

function unsettledDeliveries(database: Database): Counted<'channel' | 'state'> {
  return {
    name: 'linehaul_deliveries',
    help: `Mails and webhooks that are kept, under way or in doubt, over all tenants; ${MOST_DELIVERIES} at most.`,
    labels: ['channel', 'state'],
    count: async () => {
      const counts = await countUnsettled(database, MOST_DELIVERIES)
      return counts.map(({ channel, state, count }) => [{ channel, state }, count] as const)
    },
  }
}
