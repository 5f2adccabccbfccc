import type { Command } from 'commander'

/** For commands that use no API: what all others understand is refused here, not ignored. */
export function refuseOptions(...names: readonly string[]): (command: Command) => void {
  return (command) => {
    const given = names.filter((name) => name in command.optsWithGlobals())
    if (given.length === 0) return
    command.error(`error: ${command.name()} takes no ${given.map((name) => `--${name}`).join(', no ')}`)
  }
}
