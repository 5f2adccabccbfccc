export type { App } from './app.js'
export { runCli } from './run-cli.js'
