import { createInterface } from 'node:readline/promises'

import { CliError } from './cli-error.js'
import { SaidAlready } from './exit-code.js'

/**
 * Goes on if the person at the terminal says yes.
 * @param question `Revoke the key ci?`
 * @throws {CliError} CLI_NOT_CONFIRMED where nobody can be asked
 */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CliError('CLI_NOT_CONFIRMED', `${question} Add --yes if so: nobody can be asked here.`)
  // Not on the standard output, which belongs to the answer.
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    if (/^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())) return
  } finally {
    terminal.close()
  }
  process.stderr.write('Nothing was done.\n')
  throw new SaidAlready(2)
}
