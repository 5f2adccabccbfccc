import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { Option, type Command } from 'commander'

import type { Caller } from '../../access/index.js'
import type { Config } from '../../config.js'
import type { Freight, SampleShipment } from '../../domain/freight/index.js'
import { systemClock } from '../../time/index.js'
import type { App, Builders } from '../app.js'
import { describeDemo } from '../describe-demo.js'
import { refuseOptions } from '../refuse-options.js'
import { untilIdle } from '../until-idle.js'
import { wholeNumber } from '../whole-number.js'
import { serve } from './serve.js'

const TENANT = 'default'

const DEMONSTRATOR: Caller = {
  tenantId: TENANT,
  actor: 'demo',
  role: 'admin',
  scopes: null,
  businessUnitId: null,
}

export function addDemo(program: Command, builders: Builders): void {
  program
    .command('demo')
    .description('Show what Linehaul does: real shipments in, lane suggestions out. Keeps nothing.')
    .hook('preAction', refuseOptions('url', 'key', 'json'))
    .addOption(
      new Option('--window-days <days>', 'how far back to look for lanes, 1 to 365')
        .default(365)
        .argParser(wholeNumber(1, 365)),
    )
    .action(({ windowDays }: { windowDays: number }) => demo(windowDays, builders))
}

async function demo(windowDays: number, { readConfig, openApp }: Builders): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-demo-'))
  try {
    const config = demoConfig(await readConfig(), folder)
    process.stdout.write('Starting on a new embedded database …\n')
    await serve(
      () => openApp(config),
      config,
      (app, url) => show(app, url, windowDays, config),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Nobody wants to wait 30 s in a demo. */
const AT_ONCE: Readonly<Record<string, string>> = {
  FREIGHT_ANALYSIS_DEBOUNCE: '500ms',
  FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: '2s',
}

function demoConfig(config: Config, dataDir: string): Config {
  return {
    ...config,
    databaseUrl: undefined,
    dataDir,
    ruleVariable: (name) => AT_ONCE[name] ?? config.ruleVariable(name),
  }
}

async function show(app: App, url: string, windowDays: number, { apiKey }: Config): Promise<void> {
  const { readScms, shiftDates } = await import('../../domain/freight/index.js')
  const { freight } = app
  const { version, ...settings } = await freight.patternConfigs.get(TENANT)
  await freight.patternConfigs.put(DEMONSTRATOR, { ...settings, analysisWindowDays: windowDays }, version)
  const sample = shiftDates(await readScms(), systemClock.now())
  const load = await loadSample(freight, sample.shipments)
  await untilIdle(app, TENANT, 'pattern')
  const suggestions = await freight.suggestions.list(TENANT, { limit: 200 })
  process.stdout.write(
    describeDemo({ url, windowDays, sample, load, suggestions, isKeyPreset: apiKey !== undefined }),
  )
}

async function loadSample(
  freight: Freight,
  shipments: readonly SampleShipment[],
): Promise<{ taken: number; tookMs: number }> {
  const startedMs = systemClock.monotonicMs()
  let taken = 0
  for await (const step of freight.importShipments(TENANT, linesOf(shipments), {
    cause: { actor: 'demo' },
  })) {
    if (step.kind === 'committed') taken += step.created
  }
  return { taken, tookMs: systemClock.monotonicMs() - startedMs }
}

async function* linesOf(
  shipments: readonly SampleShipment[],
): AsyncGenerator<{ line: number; value: unknown }> {
  for (const [index, value] of shipments.entries()) yield { line: index + 1, value }
}
