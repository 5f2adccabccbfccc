import { vi } from 'vitest'

import { readConfig } from '../../src/config.js'
import { program } from '../../src/program.js'
import type { Ended } from './program.js'

/**
 * Runs a command in this process instead of one of its own, which takes longer to start than most commands to end. For those
 * that hear no signal.
 */
export async function runHere(
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockReturnValue(true),
  )
  try {
    const code = await program(['node', 'linehaul', ...parameters], async () => readConfig(environment))
    const [output = '', errors = ''] = spies.map(({ mock }) =>
      mock.calls.map(([text]) => String(text)).join(''),
    )
    return { code, signal: null, output, errors }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
