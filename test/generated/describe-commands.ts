import type { Command } from 'commander'

import { EXIT_CODES } from '../../src/cli/exit-code.js'

/** What `--help` says of each command that does something, by group. */
export function describeCommands(program: Command): string {
  const { commands } = program
  const single = commands.filter((command) => command.commands.length === 0)
  const groups = commands.filter((command) => command.commands.length > 0)
  return [
    ...describeGroup('The program', single),
    ...groups.flatMap((group) => describeGroup(`linehaul ${group.name()}`, group.commands)),
  ].join('\n\n')
}

function describeGroup(heading: string, commands: readonly Command[]): string[] {
  return [`## ${heading}`, ...commands.map(describe)]
}

/** Without what all of them understand: that is told once. */
function describe(command: Command): string {
  const help = command.configureHelp({ showGlobalOptions: false, helpWidth: 110 }).helpInformation()
  const [usage = '', ...lines] = help.split('\n').filter((line) => !/^ +-h, --help/.test(line))
  const rest = lines.join('\n').replace(/\nOptions:\n*$/, '')
  return ['```', usage.replace('Usage: ', ''), rest.trimEnd(), '```'].join('\n')
}

/** The options of the program itself. */
export function describeOptions(program: Command): string {
  const rows = program.options
    .filter(({ long }) => long !== '--version')
    .map(({ flags, description }) => `| \`${flags}\` | ${description} |`)
  return ['| option | |', '| --- | --- |', ...rows].join('\n')
}

export function describeExitCodes(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `| ${code} | ${meaning} |`)
  return ['| exit code | |', '| --- | --- |', ...rows].join('\n')
}
