import { vi } from 'vitest'

import { main } from '../../src/main.js'
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
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  try {
    const code = await main(['node', 'linehaul', ...parameters])
    const [output = '', errors = ''] = spies.map(({ mock }) =>
      mock.calls.map(([text]) => String(text)).join(''),
    )
    return { code, signal: null, output, errors }
  } finally {
    vi.unstubAllEnvs()
    for (const spy of spies) spy.mockRestore()
  }
}
