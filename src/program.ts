import { runCli, type Builders } from './cli/index.js'
import { version } from './version.js'

type Read = Builders['readConfig']

const readSurroundings: Read = async () => (await import('./config.js')).readSurroundings()

/** The builders are loaded by the commands that build something: all others, help first of all, are there at once. */
const loadMain = () => import('./main.js')

/** Runs one command line. @returns the exit code. */
export function program(argv: readonly string[], readConfig: Read = readSurroundings): Promise<number> {
  return runCli(argv, {
    version: version(),
    readConfig,
    openDatabase: async (config) => (await loadMain()).openDatabase(config),
    openInstance: async (config) => (await loadMain()).openInstance(config),
    diagnose: async (config) => (await loadMain()).diagnose(config),
    openApp: async (config) => (await loadMain()).openApp(config),
    openForCommand: async (config) => (await loadMain()).openForCommand(config),
    openWorker: async (config, options) => (await loadMain()).openWorker(config, options),
    loadSchema: async () => (await import('./schema.js')).schema,
  })
}
