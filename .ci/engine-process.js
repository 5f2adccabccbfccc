// A process with an engine of some version, told by messages what to do. Parameters: folder of that version's build, database.
import process from 'node:process'

const [dist, url] = process.argv.slice(2)
const { PostgresDatabase, migrate } = await import(`${dist}/database/index.js`)
const { defineJob, Engine, exponential, queueMigrations } = await import(`${dist}/queue/index.js`)

const TENANT = 'default'
const database = new PostgresDatabase({ url })
const ran = (jobId) => database.query('INSERT INTO public.ran (job_id) VALUES ($1)', [jobId])
const tell = (message) => process.send(message)

const common = {
  queue: 'default',
  payload: { parse: (input) => input },
  backoff: exponential({ base: '100ms', jitter: 'none' }),
  run: (_payload, _needs, { jobId }) => ran(jobId),
}
const jobs = {
  plain: defineJob({ ...common, name: 'ci.plain' }),
  delayed: defineJob({ ...common, name: 'ci.delayed' }),
  debounced: defineJob({ ...common, name: 'ci.debounced', uniqueKey: ({ key }) => key }),
  flaky: defineJob({
    ...common,
    name: 'ci.flaky',
    async run(_payload, _needs, { jobId, number }) {
      if (number < 3) throw new Error('not yet')
      await ran(jobId)
    },
  }),
  scheduled: defineJob({
    ...common,
    name: 'ci.scheduled',
    schedules: [{ name: 'ticks', cron: '* * * * *', timeZone: 'UTC', payload: () => ({}) }],
  }),
  endless: defineJob({
    ...common,
    name: 'ci.endless',
    run: (_payload, _needs, { jobId, signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        tell({ began: jobId })
      }),
  }),
}

const engine = new Engine({
  database,
  jobs: Object.values(jobs),
  needs: {},
  concurrency: 5,
  tenants: async () => [{ id: TENANT, timeZone: 'UTC' }],
  onError: (error, where) => tell({ error: `${where}: ${error.code ?? ''} ${error.message}` }),
})
engine.signals.on('attempt.ended', ({ name, state }) => tell({ ended: name, state }))

const actions = {
  migrate: () => migrate(database, [queueMigrations]),
  start: () => engine.start(),
  async enqueue({ kind, payload, options = {} }) {
    const { id } = await engine.enqueue(jobs[kind], payload, { tenantId: TENANT, ...options })
    return id
  },
  cancel: ({ id }) => engine.operator.cancel(TENANT, id, 'enough').then(() => null),
  async stop() {
    await engine.stop('10s')
    await database.close()
  },
}

process.on('disconnect', () => process.exit())
process.on('message', async ({ call, action, ...parameters }) => {
  try {
    tell({ call, result: (await actions[action](parameters)) ?? null })
  } catch (error) {
    tell({ call, failed: `${action}: ${error.code ?? ''} ${error.message}` })
  }
  if (action === 'stop') process.disconnect()
})
