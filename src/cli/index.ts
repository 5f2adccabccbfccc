export type { App, Builders, WorkerApp, WorkerOptions } from './app.js'
export { runCli } from './run-cli.js'
