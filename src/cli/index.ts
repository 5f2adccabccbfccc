export type { App, Builders, InstanceApp, WorkerApp, WorkerOptions } from './app.js'
export { runCli } from './run-cli.js'
