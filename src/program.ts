import { runCli, type Builders } from './cli/index.js'
import type { Config } from './config.js'
import { version } from './version.js'

type Read = Builders['readConfig']

const readSurroundings: Read = async () => (await import('./config.js')).readSurroundings()

/** The builders are loaded by the commands that build something: all others, help first of all, are there at once. */
const loadMain = () => import('./main.js')

/** Runs one command line. @returns the exit code. */
export function program(argv: readonly string[], readConfig: Read = readSurroundings): Promise<number> {
  return runCli(argv, {
    version: version(),
    readConfig: () => tellingAll(readConfig),
    openDatabase: async (config) => (await loadMain()).openDatabase(config),
    openInstance: async (config) => (await loadMain()).openInstance(config),
    diagnose: async (config) => (await loadMain()).diagnose(config),
    openApp: async (config, opening) => (await loadMain()).openApp(config, opening),
    openForCommand: async (config) => (await loadMain()).openForCommand(config),
    openWorker: async (config, options) => (await loadMain()).openWorker(config, options),
    loadSchema: async () => (await import('./schema.js')).schema,
  })
}

/**
 * What is wrong is told at once, of the variables of rules as well. What knows those is loaded where there is something to tell, and
 * by what builds something: all other commands do without.
 */
async function tellingAll(readConfig: Read): Promise<Config> {
  try {
    return await readConfig()
  } catch (error) {
    const { ConfigError } = await import('./config.js')
    if (!(error instanceof ConfigError)) throw error
    const { findRuleProblems } = await import('./rule-problems.js')
    const { problems, ruleVariable } = error
    throw new ConfigError([...problems, ...findRuleProblems(ruleVariable)], ruleVariable)
  }
}
