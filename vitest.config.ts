import path from 'node:path'

import { defineConfig } from 'vitest/config'

import { LongestFirst } from './test/setup/longest-first.js'

/** Files that replace a module, or change what the whole thread sees. */
const ALONE = [
  'src/database/pglite/broken.test.ts',
  'src/telemetry/otel.test.ts',
  'src/telemetry/export-traces.test.ts',
]

const resolve = {
  // What is published as linehaul/queue is tested from its source, in the examples too.
  alias: [
    { find: /^linehaul\/(\w+)$/, replacement: `${path.resolve(import.meta.dirname, 'src')}/$1/index.ts` },
  ],
}

const common = {
  // Threads, not processes: they share what compile-pglite.ts has compiled.
  pool: 'threads',
  testTimeout: 20_000,
  hookTimeout: 60_000,
} as const

export default defineConfig({
  test: {
    globalSetup: ['test/setup/compile-pglite.ts', 'test/setup/databases.ts'],
    // Every file waits now and then, some for most of their time: as many workers as cores would leave these idle.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      { resolve, test: { ...common, name: 'alone', include: ALONE } },
      {
        resolve,
        test: {
          ...common,
          name: 'together',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...ALONE],
          // To load all modules anew for each file takes a good part of the time.
          isolate: false,
        },
      },
    ],
  },
})
