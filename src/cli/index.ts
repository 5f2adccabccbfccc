export type { App, Builders } from './app.js'
export { runCli } from './run-cli.js'
