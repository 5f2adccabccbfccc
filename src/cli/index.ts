export type { App, WorkerApp, WorkerOptions } from './app.js'
export { runCli } from './run-cli.js'
