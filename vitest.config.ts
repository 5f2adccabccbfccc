import path from 'node:path'

import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // What is published as linehaul/queue is tested from its source, in the examples too.
    alias: [
      { find: /^linehaul\/(\w+)$/, replacement: `${path.resolve(import.meta.dirname, 'src')}/$1/index.ts` },
    ],
  },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: ['test/setup/compile-pglite.ts', 'test/setup/databases.ts'],
    // Threads, not processes: they share what compile-pglite.ts has compiled.
    pool: 'threads',
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
